import { expect, it } from 'vitest';
import type { SupportStatus } from '../../conversation/conversation-types';
import { loadCatalogue } from '../../i18n/load';
import { createTranslator } from '../../i18n/translate';
import { conversationLine, expectation } from './conversation-words';

const t = createTranslator('en', await loadCatalogue('en'));
const de = createTranslator('de', await loadCatalogue('de'));
const status = (changes: Partial<SupportStatus> = {}): SupportStatus => ({
	...{ agents_online: true, open: true, opens_at: null, expected_reply_minutes: null },
	...{ emails_answers: true, conversation: null, queue_position: null, is_staff: false },
	...{ message_before_accept: true, allow_view_history: true, delete_history: 'off' },
	...changes,
});
const conversation = (state: 'waiting' | 'active' | 'ended', agent_name: string | null = null) => ({
	...{ id: 'c', status: state, agent_name, started_at: null },
	...{ ended_at: null, ended_by: null, rating: null },
});

it.each([
	[1, '1st'],
	[2, '2nd'],
	[3, '3rd'],
	[4, '4th'],
	[11, '11th'],
	[22, '22nd'],
])('says the place in the queue: %i', (queue_position, place) => {
	const waiting = status({ conversation: conversation('waiting'), queue_position });
	expect(conversationLine(waiting, t)).toBe(`Waiting: you are ${place} in line`);
	expect(conversationLine(waiting, de)).toBe(`In der Warteschlange auf Platz ${queue_position}`);
});

it('shows who answers, and that the conversation ended', () => {
	expect(conversationLine(status({ conversation: conversation('active', 'Mika') }), t)).toBe(
		'Chatting with Mika',
	);
	expect(conversationLine(status({ conversation: conversation('active') }), t)).toBe(
		'Chatting with Support',
	);
	expect(conversationLine(status({ conversation: conversation('ended') }), t)).toBe(
		'Conversation ended',
	);
	expect(conversationLine(status(), t)).toBe('');
	expect(conversationLine(null, t)).toBe('');
});

it('shows when to expect a reply', () => {
	expect(expectation(status({ expected_reply_minutes: 1 }), t)).toBe(
		'We usually reply within 1 minute.',
	);
	expect(expectation(status(), t)).toBe('');
	expect(expectation(status({ agents_online: false }), t)).toBe(
		'We are away right now. You will also get the reply by email.',
	);
	expect(expectation(status({ agents_online: false, emails_answers: false }), t)).toBe(
		'We are away right now.',
	);
	const closed = { open: false, opens_at: '2026-11-23T08:00:00Z' };
	expect(expectation(status(closed), t)).toMatch(/^We are away. Back Monday, Nov 23.* email\.$/);
	expect(expectation(status({ ...closed, conversation: conversation('active') }), t)).toBe('');
	expect(expectation(null, t)).toBe('');
});
