import { describe, expect, it } from 'vitest';
import { optionsOf, optionsProblem } from './options';

const good = { supabaseUrl: 'https://abc.supabase.co', publishableKey: 'sb_publishable_x' };
const script = (dataset: DOMStringMap): HTMLOrSVGElement => {
	const stand: Partial<HTMLOrSVGElement> = { dataset };
	return stand as HTMLOrSVGElement;
};

describe('options', () => {
	it('accepts a project and its publishable key', () => {
		expect(optionsProblem(good)).toBe('');
	});

	it('names a missing option', () => {
		expect(optionsProblem({ ...good, supabaseUrl: 'abc.supabase.co' })).toContain('supabaseUrl');
		expect(optionsProblem({ ...good, publishableKey: '' })).toContain('publishableKey');
	});

	it('refuses a secret key', () => {
		expect(optionsProblem({ ...good, publishableKey: 'sb_secret_x' })).toContain('secret');
	});

	it('reads the attributes of the script', () => {
		expect(optionsOf(script({ ...good, accent: 'red', titleCount: '' }))).toMatchObject({
			...good,
			accent: 'red',
		});
		expect(optionsOf(script({}))).toBeNull();
		expect(optionsOf(null)).toBeNull();
	});

	it('reads no identity from an attribute', () => {
		const options = optionsOf(script({ ...good, accessToken: 'stolen', client: 'forged' }));
		expect(options?.accessToken).toBeUndefined();
		expect(options?.client).toBeUndefined();
	});
});
