import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fakeSession, USER_ID } from './testing/fake-project';
import { Site, STORAGE_KEY } from './testing/site';

const OTHER_ID = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const site = new Site();
beforeAll(() => site.start(), 120_000);
afterAll(() => site.stop());
beforeEach(() => site.begin());
afterEach(() => site.end());

const opener = (page: Page) => page.getByRole('button', { name: /^Open support chat/ });
const region = (page: Page) => page.getByRole('region', { name: 'Support chat' });

const cookiesOf = (page: Page, session: object) => {
	const text = `base64-${Buffer.from(JSON.stringify({ ...session, pad: 'x'.repeat(3000) })).toString('base64url')}`;
	return [text.slice(0, 3000), text.slice(3000)].map((value, index) => ({
		name: `${STORAGE_KEY}.${index}`,
		value,
		url: page.url(),
	}));
};

/** A page with sessions in both places; `null` for none. Only the callers' user ids tell whose chat it is. */
async function openWith(local: object | null, cookie: object | null): Promise<Page> {
	const page = await site.open({ session: local, bare: true });
	if (cookie) await page.context().addCookies(cookiesOf(page, cookie));
	await page.addScriptTag({ url: site.scriptUrl });
	await page.evaluate(
		(url) => window.SupportChat?.init({ supabaseUrl: url, publishableKey: 'x' }),
		site.project.url,
	);
	return page;
}

const ada = (seconds = 3600, name = 'ada') => fakeSession(seconds, name);
const grace = (seconds = 3600, name = 'grace') => fakeSession(seconds, name, OTHER_ID);

describe('a page with two sessions, of a former and of the present user', () => {
	it.each([
		['a dead one in localStorage', () => [grace(-7200), ada()] as const],
		['an older one in localStorage', () => [grace(1800), ada()] as const],
		['a dead one in the cookies', () => [ada(), grace(-7200)] as const],
		['an older one in the cookies', () => [ada(), grace(1800)] as const],
	] as const)('%s: the chat is never the former user’s', async (_what, make) => {
		const [local, cookie] = make();
		site.project.add('Hello');
		const page = await openWith(local, cookie);
		await opener(page).click();
		await region(page).getByText('Hello').waitFor();
		expect(new Set(site.project.callers)).toEqual(new Set([USER_ID]));
		expect(site.project.refreshed).toBe(0);
	});

	it('uses the session that Auth renews when both look expired, and shows nothing of the other', async () => {
		site.project.refusedRefreshTokens.add('refresh-grace');
		site.project.renewedUser = USER_ID;
		site.project.add('Hello');
		const page = await openWith(grace(-10), ada(-20));
		await opener(page).click();
		await region(page).getByText('Hello').waitFor();
		expect(new Set(site.project.callers)).toEqual(new Set([USER_ID]));
	});

	it('does not use the other session when the page signs out, also after a reload', async () => {
		const page = await openWith(grace(1800), ada());
		await opener(page).click();
		await region(page).getByText('How can we help?').waitFor();
		await page.context().clearCookies();
		await region(page).getByText('Sign in to chat').first().waitFor();
		await page.reload();
		await page.addScriptTag({ url: site.scriptUrl });
		await page.evaluate(
			(url) => window.SupportChat?.init({ supabaseUrl: url, publishableKey: 'x' }),
			site.project.url,
		);
		await opener(page).click();
		await region(page).getByText('Sign in to chat').first().waitFor();
		expect(new Set(site.project.callers)).toEqual(new Set([USER_ID]));
	});

	it('shows nothing of the former user when another one signs in by cookies alone', async () => {
		site.project.add('For Grace only');
		const page = await openWith(grace(1800), null);
		await opener(page).click();
		await region(page).getByText('For Grace only').waitFor();
		site.project.messages = [];
		await page.context().addCookies(cookiesOf(page, ada()));
		await region(page).getByText('How can we help?').waitFor();
		expect(await page.getByText('For Grace only').count()).toBe(0);
		expect(site.project.callers.at(-1)).toBe(USER_ID);
	});
});

// The pause between two tries grows to a few seconds, in real time.
describe('a rejection', { timeout: 30_000 }, () => {
	it('of a valid token is retried automatically, without a flood', async () => {
		site.project.failWith = 401;
		site.project.add('Hello');
		const page = await site.open();
		await opener(page).click();
		await expect.poll(() => site.project.calls.length).toBeGreaterThan(3);
		expect(await region(page).getByText('Sign in to chat').count()).toBe(0);
		site.project.failWith = 0;
		await region(page).getByText('Hello').waitFor();
		expect(site.project.calls.filter((name) => name === 'token').length).toBeLessThan(4);
	});

	it('of a refresh, such as for a revoked key, signs no one out', async () => {
		site.project.failTokenWith = 401;
		site.project.add('Hello');
		const page = await site.open({ session: fakeSession(-10) });
		await opener(page).click();
		await expect.poll(() => site.project.calls).toContain('token');
		expect(await region(page).getByText('Sign in to chat').count()).toBe(0);
		site.project.failTokenWith = 0;
		await region(page).getByText('Hello').waitFor();
	});

	it('for good, by Auth, offers to sign in', async () => {
		site.project.refusedRefreshTokens.add('refresh-one');
		const page = await site.open({ session: fakeSession(-10) });
		await opener(page).click();
		await region(page).getByText('Sign in to chat').first().waitFor();
	});
});

describe.each([2, -2, 24, -24])('on a machine whose clock is %i hours off', (hours) => {
	const setClock = `{
		const now = Date.now;
		Date.now = () => now() + ${hours * 3_600_000};
	}`;

	it('renews no valid token, and an expired one once', async () => {
		site.project.add('Hello');
		const page = await site.open({ head: `<script nonce="n">${setClock}</script>` });
		await opener(page).click();
		await region(page).getByText('Hello').waitFor();
		for (let i = 0; i < 5; i++) await page.evaluate(() => dispatchEvent(new Event('online')));
		await expect.poll(() => site.project.calls.length).toBeGreaterThan(5);
		expect(site.project.refreshed).toBe(0);
	});
});
