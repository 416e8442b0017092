import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createAccessTokenSource } from './access-token';

let mark: string | null;
let asked: string[];
let answers: Response[];

beforeEach(() => {
	vi.useFakeTimers();
	mark = 'one';
	asked = [];
	answers = [];
	return () => vi.useRealTimers();
});

const open = () =>
	createAccessTokenSource(
		() => mark,
		(_, init) => {
			asked.push(typeof init?.body === 'string' ? init.body : '');
			return Promise.resolve(answers.shift() ?? Response.json({}, { status: 500 }));
		},
	);
const token = (name: string, expires_in = 3600) =>
	Response.json({ access_token: name, expires_in });
const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

describe('the access token of the dashboard', () => {
	it('is requested once, until it is about to expire', async () => {
		answers = [token('a'), token('b')];
		const source = open();
		expect([await source(), await source()]).toEqual(['a', 'a']);
		later(3600 - 61);
		expect(await source()).toBe('a');
		later(2);
		expect(await source()).toBe('b');
		expect(asked).toEqual(['{"refused":null}', '{"refused":null}']);
	});

	it('is renewed when it was refused, naming the session that it belongs to', async () => {
		answers = [token('a'), token('b')];
		const source = open();
		await source();
		expect(await source({ refresh: true })).toBe('b');
		expect(asked[1]).toBe('{"refused":"one"}');
	});

	it('is dropped as soon as the session is gone, and replaced when someone else signs in', async () => {
		answers = [token('a'), token('b')];
		const source = open();
		await source();
		mark = null;
		expect(await source()).toBeNull();
		mark = 'two';
		expect(await source()).toBe('b');
	});

	it('is dropped when the server rejects it, and kept through a temporary failure', async () => {
		answers = [Response.json({}, { status: 401 }), Response.json({}, { status: 503 }), token('a')];
		const source = open();
		expect(await source()).toBeNull();
		await expect(source()).rejects.toThrow('503');
		expect(await source()).toBe('a');
	});
});
