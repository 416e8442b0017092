import { expect, it } from 'vitest';
import { conversationContext } from './conversation-context';

const page = { url: 'https://shop.test/cart?token=secret#card', title: 'Cart', locale: 'en' };
const known = { page: 'https://shop.test/cart', title: 'Cart', locale: 'en' };

it("contains the page without query and fragment, and the app's fields", () => {
	expect(conversationContext(page, { plan: 'gold', seats: 5 })).toEqual({
		...known,
		plan: 'gold',
		seats: 5,
	});
});

it('cannot be given another page by the app', () => {
	expect(conversationContext(page, { page: 'https://bank.test/' })).toEqual(known);
});

it('leaves out fields that are too large or not JSON, and keeps the page', () => {
	const circle: Record<string, unknown> = {};
	circle.self = circle;
	expect(conversationContext(page, circle)).toEqual(known);
	expect(conversationContext(page, { big: 1n })).toEqual(known);
	expect(conversationContext(page, { big: '好'.repeat(3_000) })).toEqual(known);
	expect(conversationContext(page, { fn: () => 1, none: undefined })).toEqual(known);
});

it('cuts long titles and addresses', () => {
	const long = conversationContext({
		url: `https://shop.test/${'a'.repeat(9_000)}`,
		title: 'b'.repeat(9_000),
		locale: 'en',
	});
	expect(JSON.stringify(long).length).toBeLessThan(2_000);
});

it('removes characters that Postgres does not store', () => {
	expect(conversationContext(page, { name: 'a\0b\ud800c 😀' })).toEqual({
		...known,
		name: 'abc 😀',
	});
});
