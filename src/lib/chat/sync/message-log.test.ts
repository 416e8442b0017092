import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageLog } from './message-log';
import type { SupportMessage } from '../types';

const message = (seq: number, given: Partial<SupportMessage> = {}): SupportMessage => ({
	id: `m${seq}`,
	chat_id: 'c',
	seq,
	content: String(seq),
	sender_type: 'admin',
	sender_id: null,
	sender_name: null,
	read_at: null,
	created_at: '2026-01-01T00:00:00Z',
	updated_at: '2026-01-01T00:00:00Z',
	...given,
});
const range = (from: number, to: number): SupportMessage[] =>
	Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const seqs = (log: MessageLog): number[] => log.rows.map((row) => row.seq);

describe('the log of messages', () => {
	it('is in order and without duplicates, however often rows arrive', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 30 })), (arrivals) => {
				const log = new MessageLog();
				log.mergeNewest(range(1, 3));
				for (const seq of arrivals) log.merge([message(seq)]);
				const expected = [...new Set([1, 2, 3, ...arrivals])].sort((a, b) => a - b);
				expect(seqs(log)).toEqual(expected);
				const firstMissing = expected.findIndex((seq, i) => seq !== i + 1);
				expect(log.knownTo).toBe(firstMissing < 0 ? expected.length : firstMissing);
				expect(log.hasGap).toBe(firstMissing >= 0);
			}),
		);
	});

	it('treats seqs that a response leaves out as missing for good', () => {
		const log = new MessageLog();
		log.mergeNewest(range(1, 3));
		log.merge([message(6)]);
		log.mergeAfter([message(5), message(6)]);
		expect(log.hasGap).toBe(false);
		expect(log.knownTo).toBe(6);
	});

	it('begins with the newest page, and reports older messages', () => {
		const log = new MessageLog();
		log.merge([message(2)]);
		log.mergeNewest(range(51, 100));
		expect(seqs(log)).toEqual(range(51, 100).map((row) => row.seq));
		expect(log.hasOlder).toBe(true);
		log.mergeOlder(range(1, 50));
		expect(log.hasOlder).toBe(false);
		expect(log.oldest).toBe(1);
	});

	it('starts over when the gap is too large to fill', () => {
		const log = new MessageLog();
		log.mergeNewest(range(1, 3));
		expect(log.mergeNewest(range(951, 1_000))).toHaveLength(50);
		expect(log.oldest).toBe(951);
		expect(log.knownTo).toBe(1_000);
		expect(log.hasOlder).toBe(true);
	});

	it('never makes a read message unread', () => {
		const log = new MessageLog();
		log.mergeNewest(range(1, 3));
		expect(log.markRead(2, '2026-01-02T00:00:00Z')).toBe(true);
		log.merge(range(1, 3));
		expect(log.unread.map((row) => row.seq)).toEqual([3]);
		expect(log.markRead(2, '2026-01-03T00:00:00Z')).toBe(false);
	});

	it('catches up from before the oldest unread answer, to find that it was read elsewhere', () => {
		const log = new MessageLog();
		log.mergeNewest([...range(1, 9), message(10, { sender_type: 'user' })]);
		log.markRead(6, '2026-01-02T00:00:00Z');
		expect(log.catchUpFrom).toBe(6);
		log.markRead(10, '2026-01-02T00:00:00Z');
		expect(log.catchUpFrom).toBe(10);
	});
});
