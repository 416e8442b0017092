import { describe, expect, it } from 'vitest';
import { snapshotFields, snapshotText } from './snapshot';

describe("the context of a customer's page", () => {
	it('is read field by field, nested fields by their path', () => {
		const snapshot = { page: '/a', locale: 'en', plan: 'team', cart: { items: 3, open: true } };
		expect(snapshotText(snapshot, 'page')).toBe('/a');
		expect(snapshotFields(snapshot)).toEqual([
			{ name: 'plan', value: 'team' },
			{ name: 'cart.items', value: '3' },
			{ name: 'cart.open', value: 'true' },
		]);
	});

	it('is cut to fit, with at most thirty fields', () => {
		const long = Object.fromEntries(
			Array.from({ length: 99 }, (_, i) => [`f${i}`, 'x'.repeat(999)]),
		);
		const fields = snapshotFields(long);
		expect(fields).toHaveLength(30);
		expect(fields[0]?.value).toHaveLength(300);
	});

	it('is empty without fields', () => {
		expect(snapshotText({}, 'toString')).toBe('');
		expect(snapshotFields({ empty: null, list: [], page: { a: 1 } })).toEqual([]);
	});
});
