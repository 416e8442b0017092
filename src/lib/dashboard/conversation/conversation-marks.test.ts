import { describe, expect, it } from 'vitest';
import type { TeamConversation, ChatMessage } from '$chat';
import { conversationMarks } from './conversation-marks';

const conversation = (id: string, given: Partial<TeamConversation> = {}): TeamConversation => ({
	...{ id, chat_id: 'chat', status: 'ended', agent_id: null, agent_name: null, priority: 0 },
	...{ started_at: '2026-11-21T10:00:00Z', accepted_at: null, first_response_at: null },
	...{ ended_at: '2026-11-21T11:00:00Z', ended_by: 'staff', rating: null, feedback: null },
	...{ page: null, user_snapshot: {}, user_deleted_at: null },
	...given,
});
const open = { status: 'waiting', ended_at: null, ended_by: null } as const;
const message = (id: string, conversation_id: string | null): ChatMessage => ({
	...{ id, conversation_id, seq: 1, content: id, sender_type: 'user', sender_id: null },
	...{ sender_name: null, created_at: '2026-11-21T10:30:00Z', read_at: null, own: false },
	...{ seen: false, status: 'sent', error: null },
});
const time = (iso: string) => iso.slice(11, 16);
const marks = (list: TeamConversation[], messages: ChatMessage[], hasOlder = false) =>
	conversationMarks(list, messages, hasOlder, time).map(({ before, text }) => [before, text]);

describe('the lines between conversations', () => {
	it('are placed where one ended and the next began, with the rating', () => {
		const list = [conversation('b', open), conversation('a', { rating: 4 })];
		const messages = [message('1', 'a'), message('2', 'a'), message('3', 'b')];
		expect(marks(list, messages)).toEqual([
			['1', 'Conversation started · 10:00'],
			['3', 'Ended by the team · 11:00 · ★★★★☆'],
			['3', 'Conversation started · 10:00'],
		]);
	});

	it('are at the end of the log when the last conversation has ended', () => {
		expect(marks([conversation('a', { ended_by: 'user' })], [message('1', 'a')]).at(-1)).toEqual([
			null,
			'Ended by the customer · 11:00',
		]);
	});

	it('show no beginning that is further up', () => {
		expect(marks([conversation('a', open)], [message('1', 'a')], true)).toEqual([]);
	});

	it('show an open conversation without a message, and leave out ended ones that are not loaded', () => {
		const list = [conversation('b', open), conversation('a')];
		expect(marks(list, [message('1', null)])).toEqual([[null, 'Conversation started · 10:00']]);
	});
});
