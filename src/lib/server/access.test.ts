import { describe, expect, it } from 'vitest';
import { isAdminOnly, isAgentOnly, safeNext } from './access';

const origin = 'https://support.example';
const routes = Object.keys(import.meta.glob('../../routes/**/+{page,server}*.{svelte,ts}')).map(
	(file) => file.replace('../../routes', '').replace(/\/\+[^/]+$/, '') || '/',
);

describe('who may open which page', () => {
	it('keeps every route for the team, except for the open ones', () => {
		const open = [...new Set(routes)].filter((route) => !isAgentOnly(route)).sort();
		expect(open).toEqual([
			'/demo',
			'/healthz',
			'/login',
			'/logout',
			'/no-access',
			'/setup',
			'/unsubscribe',
		]);
	});

	it('keeps an unlisted route for the team', () => {
		expect(isAgentOnly('/(app)/reports')).toBe(true);
		expect(isAgentOnly('/login/secret')).toBe(true);
	});
});

describe('routes for admins only', () => {
	it('are the routes of the settings, and no others', () => {
		const kept = [...new Set(routes)].filter(isAdminOnly);
		expect(kept.length).toBeGreaterThan(5);
		expect(kept).toEqual(
			routes.filter(
				(route, index) => routes.indexOf(route) === index && route.includes('/settings'),
			),
		);
		expect(isAdminOnly('/(app)/settings')).toBe(true);
		expect(isAdminOnly('/(app)/settings/not-thought-of')).toBe(true);
		expect(isAdminOnly('/(app)/settingsother')).toBe(false);
		expect(isAdminOnly(null)).toBe(false);
	});
});

describe('the page after signing in', () => {
	it('is a path of this site, with its query', () => {
		expect(safeNext('/chats/1?view=archived', origin)).toBe('/chats/1?view=archived');
	});

	it.each([
		null,
		'',
		'chats',
		'https://evil.example/chats',
		'//evil.example',
		'/\\evil.example',
		'/\t/evil.example',
		'/.//evil.example',
		'javascript:alert(1)',
		'/logout',
		'/login?next=/chats',
	])('is the inbox instead of %j', (next) => {
		expect(safeNext(next, origin)).toBe('/chats');
	});
});
