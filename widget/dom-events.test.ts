import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Site } from './testing/site';

const site = new Site();
beforeAll(() => site.start(), 120_000);
afterAll(() => site.stop());
beforeEach(() => site.begin());
afterEach(() => site.end());
vi.setConfig({ testTimeout: 30_000 });

/** Records the events that a page receives above the widget's element. */
const NOTE = `<script nonce="n">
	window.heard = [];
	for (const name of ['open', 'close', 'unread', 'message', 'sent', 'error'])
		document.addEventListener('support-chat:' + name, (event) => {
			heard.push([name, event.detail?.content ?? event.detail?.count ?? null, event.target.localName]);
		});
	document.addEventListener('support-chat:open', () => { throw new Error('mine'); }, { capture: true });
</script>`;

it('reach listeners of the page, and a listener that throws stops no other', async () => {
	site.project.add('Hello');
	const page = await site.open({ head: NOTE });
	const errors: string[] = [];
	page.on('pageerror', (error) => errors.push(error.message));
	await page.getByRole('button', { name: 'Open support chat (1)' }).click();
	const box = page.getByRole('textbox', { name: 'Message' });
	await box.fill('What I wrote');
	await box.press('Enter');
	await page.locator('[data-sender=user][data-status=sent]').waitFor();
	await page.getByRole('button', { name: 'Close support chat' }).click();
	const heard = await page.evaluate(() => Reflect.get(window, 'heard') as unknown[][]);
	expect(heard[0]).toEqual(['unread', 1, 'support-chat']);
	expect(heard.filter(([name]) => name !== 'unread')).toEqual([
		['open', null, 'support-chat'],
		['sent', 'What I wrote', 'support-chat'],
		['close', null, 'support-chat'],
	]);
	expect(errors).toEqual(['mine']);
});

it('reach listeners of `on`, also those from before `init`, until `destroy`', async () => {
	const page = await site.open({ bare: true });
	await page.addScriptTag({ url: site.scriptUrl });
	const seen = await page.evaluate((url) => {
		const seen: string[] = [];
		const api = window.SupportChat;
		const again = () => seen.push('again');
		api?.on('open', () => seen.push('open'));
		api?.on('open', again);
		api?.init({ supabaseUrl: url, publishableKey: 'x' });
		api?.open();
		api?.close();
		api?.off('open', again);
		api?.open();
		api?.destroy();
		api?.init({ supabaseUrl: url, publishableKey: 'x' });
		api?.open();
		return seen;
	}, site.project.url);
	expect(seen).toEqual(['open', 'again', 'open']);
});
