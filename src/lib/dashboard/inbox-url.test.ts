import { describe, expect, it } from 'vitest';
import { inboxUrl } from './inbox-url';

describe('addresses beside the inbox', () => {
	it('keep the tab and the search, and are short without them', () => {
		expect(inboxUrl('/chats', 'active', '')).toBe('/chats');
		expect(inboxUrl('/chats/1', 'archived', 'a & b')).toBe('/chats/1?view=archived&q=a+%26+b');
	});
});
