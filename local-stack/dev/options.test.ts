import { describe, expect, it } from 'vitest';
import { PortTakenError } from '../stack/ports';
import { OtherMigrationsError } from '../stack/push-migrations';
import { describeFailure } from './failure';
import { readDevOptions, UsageError } from './options';

describe('ports', () => {
	it('are the usual ones by default', () => {
		expect(readDevOptions([], {}).ports).toEqual({
			dashboard: 5173,
			api: 54321,
			database: 54322,
			outbox: 54324,
		});
	});

	it('are chosen by a flag, or else by the environment', () => {
		const environment = { SUPPORT_API_PORT: '6001', SUPPORT_OUTBOX_PORT: '6002' };
		const { ports } = readDevOptions(['--api-port', '7001'], environment);
		expect(ports).toMatchObject({ api: 7001, outbox: 6002 });
	});

	it.each(['0', '65536', 'abc', '1.5'])('cannot be %s', (port) => {
		expect(() => readDevOptions(['--api-port', port], {})).toThrow(UsageError);
		expect(() => readDevOptions([], { SUPPORT_API_PORT: port })).toThrow(/SUPPORT_API_PORT/);
	});
});

describe('the project', () => {
	it('is the embedded stack if the environment has none', () => {
		expect(readDevOptions([], {}).project).toBeUndefined();
	});

	it('is the one in the environment', () => {
		const environment = {
			SUPABASE_URL: 'https://abc.supabase.co',
			SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x',
		};
		expect(readDevOptions([], environment).project).toEqual({
			url: 'https://abc.supabase.co',
			publishableKey: 'sb_publishable_x',
		});
	});

	it('must be complete: an address without its key and an invalid address are errors', () => {
		const url = { SUPABASE_URL: 'https://abc.supabase.co' };
		expect(() => readDevOptions([], url)).toThrow(/SUPABASE_PUBLISHABLE_KEY is not/);
		expect(() => readDevOptions([], { SUPABASE_URL: 'abc' })).toThrow(/not an address/);
	});
});

it('reports an unknown flag, and lists the known ones', () => {
	expect(() => readDevOptions(['--rest'], {})).toThrow(/--rest[^]*--reset/);
});

it('reports a taken port with its use and the way to choose another', () => {
	expect(describeFailure(new PortTakenError(54321, 'api'))).toBe(
		'Port 54321, which the API needs, is taken. Stop what uses it, or choose another: npm run dev -- --api-port 54421 (or set SUPPORT_API_PORT=54421).',
	);
});

it('suggests a reset if the local data is from other migrations', () => {
	expect(describeFailure(new OtherMigrationsError())).toBe(
		'The local data was made by other migrations than those of this version: run `npm run dev -- --reset` to start with fresh data.',
	);
});
