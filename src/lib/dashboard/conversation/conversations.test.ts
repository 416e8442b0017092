import { beforeEach, describe, expect, it } from 'vitest';
import type { SupportChatListItem, TeamConversation } from '$chat';
import { Conversations } from './conversations.svelte';
import { testChat } from '../testing/dashboard-context';
import { FakeBackend } from '../testing/fake-backend';

let stored: TeamConversation;
let backend: FakeBackend;

const row = (given: Partial<SupportChatListItem> = {}) =>
	testChat({
		...{ conversation_id: 'c', conversation_status: 'waiting', last_message_at: null },
		...given,
	});

beforeEach(() => {
	stored = {
		...{ id: 'c', chat_id: row().id, status: 'waiting', agent_id: null, agent_name: null },
		...{ started_at: '2026-11-21T10:00:00Z', accepted_at: null, first_response_at: null },
		...{ ended_at: null, ended_by: null, rating: null, feedback: null, page: null, priority: 0 },
		...{ user_snapshot: {}, user_deleted_at: null },
	};
	backend = new FakeBackend({
		list_support_conversations: () => [stored],
		take_support_conversation: () =>
			(stored = { ...stored, status: 'active', agent_id: 'mika', agent_name: 'Mika' }),
	});
});

const open = (from = row()) => new Conversations(backend.openTab().client, from);
const looks = () => backend.named('list_support_conversations').length;

describe('the conversations of a chat', () => {
	it("have the inbox's state until they are loaded, then the database's", async () => {
		const conversations = open(row({ conversation_status: 'active', agent_name: 'Sam' }));
		expect(conversations.open).toMatchObject({ id: 'c', status: 'active', agent_name: 'Sam' });
		await conversations.refresh();
		expect(conversations.open).toMatchObject({ id: 'c', status: 'waiting' });
	});

	it('are loaded again after an action, whether it succeeded or not', async () => {
		const conversations = open();
		expect(await conversations.take('c')).toBeNull();
		expect(conversations.open).toMatchObject({ status: 'active', agent_name: 'Mika' });

		backend.answers.take_support_conversation = () => {
			stored = { ...stored, agent_id: 'sam', agent_name: 'Sam' };
			throw new Error('support_already_taken');
		};
		expect((await conversations.take('c'))?.code).toBe('support_already_taken');
		expect(conversations.open).toMatchObject({ agent_name: 'Sam' });
		expect(conversations.busy).toBe(false);
	});

	it('are loaded again when their state changed or a broadcast was missed, not for every message', async () => {
		const conversations = open();
		conversations.handleRow(row({ message_count: 6 }));
		conversations.handleRow(testChat({ id: 'another chat' }));
		expect(looks()).toBe(0);
		conversations.handleRow(row({ message_count: 6, conversation_status: 'active' }));
		await backend.time.advance(0);
		expect(looks()).toBe(1);
		conversations.handleRow(row({ message_count: 6, conversation_status: 'active' })); // rated
		conversations.handleRow(null);
		await backend.time.advance(0);
		expect(looks()).toBe(3);
	});

	it('stay visible when they cannot be loaded, with the reason', async () => {
		const conversations = open();
		await conversations.refresh();
		backend.answers.list_support_conversations = () => {
			throw new Error('support_chat_not_found');
		};
		await conversations.refresh();
		expect(conversations.loadError?.code).toBe('support_chat_not_found');
		expect(conversations.open).toMatchObject({ id: 'c' });
	});

	it('are loaded again for a message of a new conversation, and for an answer to a waiting one', async () => {
		const conversations = open();
		conversations.handleMessage({ conversation_id: 'c', own: false });
		expect(looks()).toBe(0);
		conversations.handleMessage({ conversation_id: 'c', own: true });
		await backend.time.advance(0);
		expect(looks()).toBe(1);
		conversations.handleMessage({ conversation_id: 'd', own: false });
		await backend.time.advance(0);
		expect(looks()).toBe(2);
	});
});
