import { describe, expect, it } from 'vitest';
import { inboxUrl, viewOf } from './inbox-url';

describe('addresses beside the inbox', () => {
	it('keep the view and the search, and are short without them', () => {
		expect(inboxUrl('/chats', 'active', '')).toBe('/chats');
		expect(inboxUrl('/chats/1', 'archived', 'a & b')).toBe('/chats/1?view=archived&q=a+%26+b');
	});

	it('name every view; an unknown one is the first', () => {
		expect(inboxUrl('/chats', 'waiting', '')).toBe('/chats?view=waiting');
		expect(viewOf(new URL('https://desk.test/chats?view=mine'))).toBe('mine');
		expect(viewOf(new URL('https://desk.test/chats?view=everything'))).toBe('active');
		expect(viewOf(new URL('https://desk.test/chats'))).toBe('active');
	});
});
