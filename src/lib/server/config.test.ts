import { describe, expect, it } from 'vitest';
import { isDemoEnabled, readConfig } from './config';

const good = {
	SUPABASE_URL: 'http://127.0.0.1:54321/',
	SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x',
};

describe('the configuration of the dashboard', () => {
	it('reads the project from the environment', () => {
		expect(readConfig(good).config).toEqual({
			supabaseUrl: 'http://127.0.0.1:54321',
			publishableKey: 'sb_publishable_x',
		});
	});

	it('lists everything that is missing', () => {
		expect(readConfig({}).problems).toEqual([
			'SUPABASE_URL is not set.',
			'SUPABASE_PUBLISHABLE_KEY is not set.',
		]);
	});

	it('rejects an invalid address, and a secret key', () => {
		expect(readConfig({ ...good, SUPABASE_URL: 'javascript:alert(1)' }).config).toBeNull();
		expect(readConfig({ ...good, SUPABASE_PUBLISHABLE_KEY: 'sb_secret_x' }).problems).toHaveLength(
			1,
		);
	});

	it('has the demo only if it is turned on', () => {
		expect(isDemoEnabled({})).toBe(false);
		expect(isDemoEnabled({ DEMO: 'true' })).toBe(true);
	});
});
