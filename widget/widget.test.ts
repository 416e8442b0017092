import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeSession, USER_ID } from './testing/fake-project';
import { Site, STORAGE_KEY } from './testing/site';

const site = new Site();
beforeAll(() => site.start(), 120_000);
afterAll(() => site.stop());
beforeEach(() => site.begin());
afterEach(() => site.end());
vi.setConfig({ testTimeout: 30_000 });

const opener = (page: Page) => page.getByRole('button', { name: 'Open support chat' });
const closer = (page: Page) => page.getByRole('button', { name: 'Close support chat' });
const region = (page: Page) => page.getByRole('region', { name: 'Support chat' });
const box = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const log = (page: Page) => page.getByRole('log', { name: 'Messages' });
const rpcs = () => site.project.calls.filter((name) => name.includes('support'));

async function openChat(page: Page): Promise<void> {
	await opener(page).click();
	await box(page).waitFor();
}

describe('before it is opened', () => {
	it('fetches one script and makes one request', async () => {
		site.project.add('Hello');
		const page = await site.open();
		await page.getByRole('button', { name: 'Open support chat (1)' }).waitFor();
		expect(site.files).toEqual(['/widget.js']);
		expect(rpcs()).toEqual(['get_support_unread']);
	});

	it('makes no request while no one is signed in', async () => {
		const page = await site.open({ session: null });
		await opener(page).waitFor();
		// Each of these makes the widget look who is signed in.
		for (const event of ['online', 'storage', 'visibilitychange'])
			await page.evaluate((name) => dispatchEvent(new Event(name)), event);
		// The first request comes with the first session.
		await page.evaluate(
			([key, session]) => {
				localStorage.setItem(key, session);
				dispatchEvent(new Event('storage'));
			},
			[STORAGE_KEY, JSON.stringify(fakeSession())] as const,
		);
		await vi.waitFor(() => expect(site.project.callers).toEqual([USER_ID]));
		expect(site.project.calls).toEqual(['get_support_unread']);
	});

	it('shows at most 9+', async () => {
		for (let i = 0; i < 12; i++) site.project.add(`Answer ${i}`);
		const page = await site.open();
		const button = page.getByRole('button', { name: 'Open support chat (9+)' });
		await button.waitFor();
		expect(await button.textContent()).toBe('9+');
		expect(await button.getAttribute('aria-expanded')).toBe('false');
	});

	it('connects automatically while an answer is awaited', async () => {
		site.project.awaitingAnswer = true;
		const page = await site.open();
		await opener(page).waitFor();
		await vi.waitFor(() => expect(site.files.join()).toContain('panel-'), 5000);
	});
});

describe('open', () => {
	it('clears the badge and shows each message with sender and time', async () => {
		site.project.add('Hello', 'user');
		site.project.add('How can I help?');
		const page = await site.open();
		await page.getByRole('button', { name: 'Open support chat (1)' }).click();
		await region(page).getByRole('heading', { name: 'Acme support' }).waitFor();
		const messages = log(page).locator('[data-sender]');
		expect(
			await messages.evaluateAll((all) => all.map((m) => m.getAttribute('data-sender'))),
		).toEqual(['user', 'admin']);
		expect(await messages.locator('time[datetime]').count()).toBe(2);
		await page.getByRole('button', { name: 'Close support chat', exact: true }).waitFor();
		expect(await closer(page).getAttribute('aria-expanded')).toBe('true');
	});

	it('sends with Enter, adds a line with Shift+Enter, and does not disturb an input method', async () => {
		const page = await site.open();
		await openChat(page);
		await page.keyboard.type('First');
		await page.keyboard.press('Shift+Enter');
		await page.keyboard.type('second');
		await box(page).evaluate((area) =>
			area.dispatchEvent(
				new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }),
			),
		);
		expect(await box(page).inputValue()).toBe('First\nsecond');
		await page.keyboard.press('Enter');
		await log(page).locator('[data-sender=user][data-status=sent]').waitFor();
		expect(await box(page).inputValue()).toBe('');
		expect(site.project.messages.map((m) => m.content)).toEqual(['First\nsecond']);
	});

	it('focuses the message box, and returns the focus when Escape closes it', async () => {
		const page = await site.open();
		await opener(page).focus();
		await page.keyboard.press('Enter');
		await box(page).waitFor();
		await vi.waitFor(async () =>
			expect(await box(page).evaluate((area: HTMLElement) => area.matches(':focus'))).toBe(true),
		);
		await page.keyboard.press('Escape');
		await opener(page).waitFor();
		expect(await region(page).isVisible()).toBe(false);
		expect(await opener(page).evaluate((button) => button.matches(':focus'))).toBe(true);
	});

	it('opens by a link', async () => {
		const page = await site.open({ query: '?support-chat=open' });
		await region(page).waitFor();
	});

	it('keeps a message that could not be sent, and sends it with Retry', async () => {
		const page = await site.open();
		await openChat(page);
		await region(page).getByText('How can we help?').waitFor();
		site.project.failWith = 403;
		await box(page).fill('Do not lose me');
		await page.getByRole('button', { name: 'Send' }).click();
		const failed = log(page).locator('[data-status=failed]');
		await failed.getByRole('button', { name: 'Retry' }).waitFor();
		site.project.failWith = 0;
		await failed.getByRole('button', { name: 'Retry' }).click();
		await log(page).locator('[data-status=sent]').waitFor();
		expect(site.project.messages.map((m) => m.content)).toEqual(['Do not lose me']);
	});

	it('shows that a text is too long before sending', async () => {
		const page = await site.open();
		await openChat(page);
		await box(page).fill('x'.repeat(4002));
		await page.getByText('2 characters too many').waitFor();
		await page.keyboard.press('Enter');
		expect((await box(page).inputValue()).length).toBe(4002);
		expect(site.project.messages).toEqual([]);
	});

	it('loads older messages on scrolling without moving the visible ones', async () => {
		for (let i = 1; i <= 120; i++) site.project.add(`Message ${i}`);
		const page = await site.open();
		await openChat(page);
		const newest = log(page).getByText('Message 120', { exact: true });
		await newest.waitFor();
		expect(await newest.isVisible()).toBe(true);
		await log(page).hover();
		const mark = log(page).getByText('Message 72', { exact: true });
		await mark.evaluate((element) => element.scrollIntoView({ block: 'start' }));
		const before = await mark.boundingBox();
		await log(page).getByText('Message 30', { exact: true }).waitFor({ state: 'attached' });
		await vi.waitFor(async () => {
			const after = await mark.boundingBox();
			expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(4);
		});
		await page.getByRole('button', { name: 'Jump to latest' }).click();
		await vi.waitFor(async () => expect((await newest.boundingBox())?.y).toBeLessThan(720));
	});

	it('shows any text exactly as it was written', async () => {
		const texts = [
			'<img src=x onerror=alert(1)>',
			'<svg/onload=alert(1)>',
			'</script><script>alert(1)</script>',
			'javascript:alert(1) data:text/html,<b> vbscript:x',
			'[x](javascript:alert(1)) {{7*7}} ${7*7} javascript&#58;alert(1)',
			'👩‍👩‍👧 مرحبا\u202eabc עברית\n\n  two  spaces',
		];
		for (const text of texts) site.project.add(text);
		site.project.add('See https://example.com/a_(b). and mailto:a@b.example');
		const page = await site.open();
		const dialogs: string[] = [];
		page.on('dialog', (dialog) => void dialogs.push(dialog.message()));
		await openChat(page);
		await log(page).locator('a').first().waitFor();
		const shown = await log(page)
			.locator('.text')
			.evaluateAll((all) => all.map((e) => e.textContent));
		expect(shown.slice(0, texts.length)).toEqual(texts);
		expect(
			await log(page)
				.locator('a')
				.evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.getAttribute('rel')])),
		).toEqual([
			['https://example.com/a_(b)', 'noopener noreferrer nofollow'],
			['mailto:a@b.example', 'noopener noreferrer nofollow'],
		]);
		expect(await log(page).locator('img, script, svg, iframe').count()).toBe(0);
		expect(dialogs).toEqual([]);
	});
});
