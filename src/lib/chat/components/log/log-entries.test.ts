import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../index';
import { logEntries, rememberDays } from './log-entries';

const message = (id: string, minute: number, changes: Partial<ChatMessage> = {}): ChatMessage => ({
	id,
	seq: null,
	content: id,
	sender_type: 'user',
	sender_id: null,
	sender_name: null,
	created_at: new Date(Date.UTC(2026, 10, 20, 23, minute)).toISOString(),
	read_at: null,
	own: true,
	seen: false,
	status: 'sent',
	error: null,
	...changes,
});
const answer = { own: false, sender_type: 'admin', sender_name: 'Mika' } as const;
const day = (iso: string) => iso.slice(0, 10);

const outline = (messages: ChatMessage[], newFromId: string | null = null) =>
	logEntries(messages, newFromId, day).map((entry) =>
		entry.kind === 'message'
			? `${entry.first ? '[' : ''}${entry.message.id}${entry.last ? ']' : ''}`
			: entry.kind,
	);

describe('the entries of a log', () => {
	it('join messages of one sender within minutes', () => {
		expect(
			outline([message('a', 0), message('b', 1), message('c', 2, answer), message('d', 3)]),
		).toEqual(['day', '[a', 'b]', '[c]', '[d]']);
	});

	it('start a new group after a pause, another sender or a failed message', () => {
		expect(outline([message('a', 0), message('b', 6)])).toEqual(['day', '[a]', '[b]']);
		expect(
			outline([message('a', 0, answer), message('b', 0, { ...answer, sender_name: 'Sam' })]),
		).toEqual(['day', '[a]', '[b]']);
		expect(outline([message('a', 0, { status: 'failed' }), message('b', 0)])).toEqual([
			'day',
			'[a]',
			'[b]',
		]);
	});

	it('have dividers between days', () => {
		expect(outline([message('a', 59), message('b', 61)])).toEqual(['day', '[a]', 'day', '[b]']);
	});

	it('have a divider before the first new message, with the number of new ones', () => {
		const messages = [message('a', 0, answer), message('b', 1, answer), message('c', 1)];
		expect(outline(messages, 'b')).toEqual(['day', '[a]', 'new', '[b]', '[c]']);
		expect(logEntries(messages, 'b', day).find((entry) => entry.kind === 'new')?.count).toBe(1);
	});

	it('have unique keys, also when clocks disagree about the day', () => {
		const messages = [message('a', 61), message('b', 59), message('c', 62)];
		const keys = logEntries(messages, null, day).map((entry) => entry.key);
		expect(new Set(keys).size).toBe(keys.length);
	});

	it('format each day once', () => {
		let asked = 0;
		const remembered = rememberDays((iso) => (asked++, day(iso)));
		expect([remembered('2026-01-01'), remembered('2026-01-01')]).toEqual([
			'2026-01-01',
			'2026-01-01',
		]);
		expect(asked).toBe(1);
	});
});
