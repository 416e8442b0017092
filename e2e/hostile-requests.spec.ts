import { startDashboard, type Dashboard } from './site/dashboard';
import { reservePort } from '../local-stack/stack/ports';
import type { Site } from './site/start-site';
import { expect, test as base } from './support/fixtures';
import { hostileCookies } from './support/hostile-cookies';
import {
	signIn,
	signUp,
	signUpAgent,
	tokenOf,
	type Session,
	type Account,
} from '../local-stack/testing/people';
import { storageKey } from './support/session';
import { serverRoutes, type ServerRoute } from './support/server-routes';
import { startSupabaseProxy, type SupabaseProxy } from './support/supabase-proxy';

/** A built dashboard with a Supabase whose network can be slow or dead. */
interface Own {
	dashboard: Dashboard;
	supabase: SupabaseProxy;
}

const test = base.extend<{ own: Own }>({
	own: async ({ site }, use) => {
		const supabase = await startSupabaseProxy(site.apiUrl, { authDelayMs: 150 });
		const { publishableKey } = site;
		const { apiUrl } = supabase;
		const dashboard = await startDashboard(
			await reservePort(0, 'dashboard'),
			{ apiUrl, publishableKey },
			{ ADDRESS_HEADER: 'x-client-address' },
		);
		await use({ dashboard, supabase });
		await dashboard.stop();
		await supabase.stop();
	},
});

/** Headers that every response has. */
const HEADERS: Record<string, RegExp> = {
	'content-security-policy': /frame-ancestors 'none'/,
	'x-frame-options': /^DENY$/,
	'x-content-type-options': /^nosniff$/,
	'referrer-policy': /^same-origin$/,
	'cross-origin-opener-policy': /^same-origin$/,
	'permissions-policy': /camera=\(\)/,
	'cache-control': /^private, no-store$/,
};

const form = { 'content-type': 'application/x-www-form-urlencoded' };

interface Attempt {
	method: string;
	path: string;
	headers?: Record<string, string>;
	body?: string;
}

/** Requests to a route that read the session. */
function mainAttemptsOn({ path }: ServerRoute, origin: string): Attempt[] {
	return [
		{ method: 'GET', path },
		{ method: 'GET', path: `${path === '/' ? '' : path}/__data.json` },
		{ method: 'POST', path: `${path}?/save`, headers: { ...form, origin }, body: 'a=b' },
	];
}

/** All other methods, valid and invalid. */
function otherAttemptsOn({ path, isPage }: ServerRoute, origin: string): Attempt[] {
	return [
		{ method: 'HEAD', path },
		{ method: 'GET', path, headers: { accept: 'application/json' } },
		{ method: 'GET', path: `${path}/` },
		{ method: 'POST', path, headers: { ...form, origin }, body: 'a=b' },
		{ method: 'POST', path, headers: { ...form, origin: 'https://evil.example' }, body: 'a=b' },
		{ method: 'POST', path, headers: { origin, 'content-type': 'multipart/form-data' }, body: '-' },
		{ method: 'POST', path, headers: { origin, 'content-type': 'application/json' }, body: '{' },
		{ method: 'OPTIONS', path },
		{ method: 'DELETE', path },
		...(isPage ? [{ method: 'PUT', path }] : []),
	];
}

/** Addresses that match no route. */
const NO_ROUTES = [
	'/missing',
	'/favicon.ico',
	'/%ff',
	'/chats/x/y',
	'/widget/none-abcdefgh.js',
	'//',
];

function problemsOf(attempt: Attempt, answer: Response): string[] {
	const what = `${attempt.method} ${attempt.path}: ${answer.status}`;
	const missing = Object.entries(HEADERS).flatMap(([name, value]) =>
		value.test(answer.headers.get(name) ?? '')
			? []
			: [`${what} has ${name} ${answer.headers.get(name)}`],
	);
	return answer.status >= 500 && answer.status !== 503 ? [what, ...missing] : missing;
}

async function send(url: string, attempt: Attempt, cookie?: string): Promise<Response> {
	const { method, path, headers, body } = attempt;
	return fetch(`${url}${path}`, {
		method,
		redirect: 'manual',
		// Requests as a browser without JavaScript makes them.
		headers: {
			accept: 'text/html',
			'x-client-address': '192.0.2.1',
			...headers,
			...(cookie ? { cookie } : {}),
		},
		...(body === undefined ? {} : { body }),
	});
}

/** Runs the tasks, 24 at a time. */
async function inParallel(tasks: (() => Promise<void>)[]): Promise<void> {
	const queue = tasks.values();
	const worker = async (): Promise<void> => {
		for (const task of queue) await task();
	};
	await Promise.all(Array.from({ length: 24 }, worker));
}

const cookieOf = (site: Site, session: object): string =>
	`${storageKey(site)}=base64-${Buffer.from(JSON.stringify(session)).toString('base64url')}`;

/** A session of the account an hour later. */
function expired(site: Site, account: Account, session = account.session): Session {
	const exp = Math.floor(Date.now() / 1000) - 60;
	const access_token = tokenOf(account, site.jwtSecret, { iat: exp - 3600, exp });
	return { ...session, access_token, expires_at: exp };
}

test('made-up sessions crash no process and no route', async ({ own, site }) => {
	test.setTimeout(180_000);
	const { dashboard, supabase } = own;
	const routes = await serverRoutes();
	expect(routes.length).toBeGreaterThan(20);
	const others = routes.flatMap((route) => otherAttemptsOn(route, dashboard.url));
	const main = [
		...routes.flatMap((route) => mainAttemptsOn(route, dashboard.url)),
		...NO_ROUTES.map((path) => ({ method: 'GET', path })),
	];
	const problems: string[] = [];
	const cookies = Object.keys(hostileCookies('key'));
	await inParallel(
		cookies.flatMap((name, index) =>
			[...main, ...(index === 0 ? others : [])].map((attempt) => async () => {
				// Made anew for each request, so that no cached result is reused.
				const cookie = hostileCookies(storageKey(site))[name];
				const answer = await send(dashboard.url, attempt, cookie);
				await answer.arrayBuffer();
				problems.push(...problemsOf(attempt, answer).map((problem) => `${name}: ${problem}`));
			}),
		),
	);
	expect([...new Set(problems)].slice(0, 20)).toEqual([]);
	// By now the calls have returned that began before the last response.
	await expect.poll(() => supabase.pending()).toBe(0);
	expect((await send(dashboard.url, { method: 'GET', path: '/healthz' })).status).toBe(200);
	expect(dashboard.hasExited()).toBe(false);
});

test('public routes make no call to Supabase, whatever the cookie', async ({ own, site }) => {
	const { dashboard, supabase } = own;
	for (const cookie of Object.values(hostileCookies(storageKey(site))))
		for (const path of ['/healthz', '/demo', '/setup', '/unsubscribe', ...NO_ROUTES])
			await send(dashboard.url, { method: 'GET', path }, cookie);
	expect(supabase.calls).toEqual([]);
});

test('an expired session is renewed once, hidden from scripts, and can be ended and replaced', async ({
	own,
	site,
	db,
}) => {
	const { dashboard, supabase } = own;
	const agent = await signUpAgent(site, db, 'admin');
	const stale = cookieOf(site, expired(site, agent));

	const answers = await Promise.all(
		Array.from({ length: 4 }, () => send(dashboard.url, { method: 'GET', path: '/chats' }, stale)),
	);
	expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
	for (const { headers } of answers) {
		const session = headers.getSetCookie().find((one) => one.startsWith(storageKey(site)));
		expect(session).toMatch(/; HttpOnly/i);
	}
	const refreshes = supabase.calls.filter((call) => call.includes('refresh_token'));
	expect(refreshes).toHaveLength(1);

	const again = cookieOf(site, expired(site, agent, await signIn(site, agent)));
	const body = new URLSearchParams({ email: agent.email, password: agent.password }).toString();
	const post = { method: 'POST', headers: { ...form, origin: dashboard.url } };
	const signedIn = await send(dashboard.url, { ...post, path: '/login', body }, again);
	expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/chats']);
	const left = await send(dashboard.url, { ...post, path: '/logout', body: '' }, again);
	expect([left.status, left.headers.get('location')]).toEqual([303, '/login?signed-out']);
	expect(left.headers.getSetCookie().join()).toMatch(/Max-Age=0/i);
});

test('an unresponsive Supabase is reported, and typed text stays', async ({ own, site, db }) => {
	const { dashboard, supabase } = own;
	const agent = await signUpAgent(site, db, 'admin');
	const cookie = cookieOf(site, agent.session);
	supabase.setSilent(true);
	const post = { method: 'POST', headers: { ...form, origin: dashboard.url } };
	const body = new URLSearchParams({ email: agent.email, password: 'secret' }).toString();
	const routes = (await serverRoutes()).filter(({ id }) => id.startsWith('/(app)'));
	const [login, signingIn, leaving, unsubscribing, ...pages] = await Promise.all([
		send(dashboard.url, { method: 'GET', path: '/login' }, cookie),
		send(dashboard.url, { ...post, path: '/login', body }),
		send(dashboard.url, { ...post, path: '/logout', body: '' }, cookie),
		send(dashboard.url, { method: 'GET', path: '/unsubscribe?token=x' }),
		...routes.map(({ path }) => send(dashboard.url, { method: 'GET', path }, cookie)),
	]);
	const words = 'Supabase is not responding';
	for (const page of [login, signingIn, ...pages]) {
		expect(page?.status).toBe(503);
		expect(await page?.clone().text()).toContain(words);
	}
	for (const page of pages) expect(await page.text()).toContain('Retry');
	expect(await login?.text()).toContain('name="password"');
	expect(await signingIn?.text()).toContain(`value="${agent.email}"`);
	expect(leaving?.status).toBe(303);
	expect(leaving?.headers.getSetCookie().join()).toMatch(/Max-Age=0/i);
	expect(unsubscribing?.status).toBe(200);
});

test('failed sign-ins are limited by address and by email, successful ones are not', async ({
	own,
	site,
	db,
}) => {
	const { dashboard, supabase } = own;
	const agent = await signUpAgent(site, db, 'admin');
	const attempt = (email: string, address: string, password = 'wrong') =>
		send(dashboard.url, {
			method: 'POST',
			path: '/login',
			headers: { ...form, origin: dashboard.url, 'x-client-address': address },
			body: new URLSearchParams({ email, password }).toString(),
		});
	test.setTimeout(120_000);
	const times = (count: number, send: (index: number) => Promise<Response>) =>
		Promise.all(Array.from({ length: count }, async (_, index) => (await send(index)).status));

	for (let index = 0; index < 12; index++) {
		const answer = await attempt(agent.email, `2001:db8::${index}`, agent.password);
		expect(answer.status).toBe(303);
	}
	expect(supabase.lastHeaders()['sb-forwarded-for']).toBe('2001:db8::11');

	const guesses = await times(11, (index) => attempt(agent.email, `198.51.100.${index}`));
	expect(guesses.sort()).toEqual([...Array<number>(10).fill(400), 429]);
	const refused = await attempt(agent.email.toUpperCase(), '198.51.100.99', agent.password);
	expect(refused.status).toBe(429);
	expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
	const page = await refused.text();
	expect(page).toContain('Too many sign-in attempts');
	expect(page).toContain(`value="${agent.email.toUpperCase()}"`);

	// One network, many email addresses: all addresses of one IPv6 network count as one.
	const other = await signUp(site);
	const nobody = await times(30, (index) =>
		attempt(`nobody-${index}@example.com`, `2001:db8:1::${index}`),
	);
	expect(new Set(nobody)).toEqual(new Set([400]));
	expect((await attempt(other.email, '2001:db8:1::ffff', other.password)).status).toBe(429);
	expect((await attempt(other.email, '2001:db8:2::1', other.password)).status).toBe(303);
});

test('scripts get a valid access token, and a new one when theirs was rejected', async ({
	own,
	site,
	db,
}) => {
	const { dashboard, supabase } = own;
	const agent = await signUpAgent(site, db, 'admin');
	const { session } = agent;
	const ask = (cookie: string | undefined, refused: string | null) =>
		send(
			dashboard.url,
			{
				method: 'POST',
				path: '/access-token',
				headers: { accept: 'application/json', 'content-type': 'application/json' },
				body: JSON.stringify({ refused }),
			},
			cookie,
		);
	const cookie = cookieOf(site, session);
	const first = await ask(cookie, null);
	expect(await first.json()).toEqual({
		access_token: session.access_token,
		expires_in: expect.any(Number),
	});
	const mark = /support-session=([\w-]+)/.exec(first.headers.getSetCookie().join())?.[1] ?? '';
	expect(supabase.calls.filter((call) => call.includes('refresh_token'))).toEqual([]);

	const renewed: unknown = await (await ask(cookie, mark)).json();
	expect(renewed).toMatchObject({ access_token: expect.any(String) });
	expect(supabase.calls.filter((call) => call.includes('refresh_token'))).toHaveLength(1);

	expect((await ask(undefined, null)).status).toBe(401);
	const customer = cookieOf(site, (await signUp(site)).session);
	expect((await ask(customer, null)).status).toBe(403);
	expect((await ask(cookie, 'x'.repeat(100))).status).toBe(400);
});
