import { randomUUID } from 'node:crypto';
import type { Load } from './load';

type As = 'customer' | 'busy' | 'newcomer' | 'agent' | 'admin';

export interface Call {
	as: As;
	args: (load: Load) => string;
	/** Whose email address is looked up: three blocks each. */
	people?: number;
	/** Blocks of 8 kB that it may touch, once warm. */
	blocks?: number;
}

/** A few rows by their keys; four blocks each time that it is looked whether the caller is banned. */
const FEW = 100;

export const limitOf = ({ blocks, people }: Call): number => blocks ?? FEW + 3 * (people ?? 0);

const none = (): string => '';
const pageOf = (args: string): Call => ({ as: 'agent', args: () => args, people: 50, blocks: 500 });

/** The calls that are measured for each function of the API. */
export const calls: Record<string, Call[]> = {
	get_or_create_support_chat: [
		{ as: 'customer', args: none, blocks: 140 },
		{ as: 'newcomer', args: none, blocks: 140 },
	],
	get_support_unread: [
		{ as: 'customer', args: none },
		{ as: 'agent', args: none },
	],
	list_support_messages: [
		{ as: 'customer', args: ({ chatId }) => `'${chatId}'` },
		{ as: 'customer', args: ({ chatId }) => `'${chatId}', p_before_seq => 100` },
		{ as: 'customer', args: ({ chatId }) => `'${chatId}', p_after_seq => 1000` },
		{ as: 'agent', args: ({ chatId }) => `'${chatId}', p_before_seq => 100` },
	],
	send_support_message: [
		{
			as: 'busy',
			args: ({ activeChatId, readyId }) =>
				`'${randomUUID()}', '${activeChatId}', '', array['${readyId}']::uuid[]`,
			blocks: 600,
		},
		{
			as: 'customer',
			args: ({ chatId }) => `'${randomUUID()}', '${chatId}', 'new'`,
			blocks: 4_000,
		},
		{ as: 'agent', args: ({ chatId }) => `'${randomUUID()}', '${chatId}', 'new'`, blocks: 600 },
	],
	begin_support_upload: [
		{
			as: 'busy',
			args: ({ activeChatId }) =>
				`'${randomUUID()}', '${activeChatId}', 'photo.png', 'image/png', 1000`,
			blocks: 300,
		},
		{
			as: 'customer',
			args: ({ chatId }) => `'${randomUUID()}', '${chatId}', 'photo.png', 'image/png', 1000`,
			blocks: 150,
		},
	],
	mark_support_chat_read: [{ as: 'customer', args: () => '3', blocks: 200 }],
	list_support_chats: [
		pageOf(''),
		pageOf('p_archived => true'),
		...['active', 'archived', 'mine', 'waiting', 'open', 'ended'].map((view) =>
			pageOf(`p_view => '${view}'`),
		),
		{ ...pageOf(''), args: ({ deep }) => `p_before => '${JSON.stringify(deep)}'` },
	],
	get_support_chat: [{ as: 'agent', args: ({ chatId }) => `'${chatId}'`, people: 1 }],
	mark_support_chat_viewed: [{ as: 'agent', args: ({ chatId }) => `'${chatId}'`, blocks: 150 }],
	archive_support_chat: [{ as: 'agent', args: ({ chatId }) => `'${chatId}'`, blocks: 800 }],
	unarchive_support_chat: [{ as: 'agent', args: ({ chatId }) => `'${chatId}'`, blocks: 150 }],
	take_support_conversation: [{ as: 'agent', args: ({ open }) => `'${open}'`, blocks: 500 }],
	transfer_support_conversation: [
		{ as: 'agent', args: ({ active, admin }) => `'${active}', '${admin.id}'`, blocks: 500 },
	],
	release_support_conversation: [{ as: 'agent', args: ({ active }) => `'${active}'`, blocks: 500 }],
	escalate_support_conversation: [{ as: 'agent', args: ({ open }) => `'${open}'`, blocks: 500 }],
	end_support_conversation: [
		{ as: 'customer', args: ({ open }) => `'${open}'`, blocks: 500 },
		{ as: 'agent', args: ({ active }) => `'${active}'`, blocks: 500 },
	],
	rate_support_conversation: [
		{ as: 'customer', args: ({ ended }) => `'${ended}', 5`, blocks: 500 },
	],
	delete_support_conversation: [{ as: 'customer', args: ({ ended }) => `'${ended}'`, blocks: 600 }],
	get_support_inbox_counts: [{ as: 'agent', args: none, blocks: 2_000 }],
	start_support_conversation: [
		{ as: 'customer', args: () => `'{"page": "https://example.com/"}'`, blocks: 4_000 },
	],
	support_status: [
		{ as: 'customer', args: none, blocks: 100 },
		{ as: 'agent', args: none, blocks: 100 },
	],
	list_support_conversations: [
		{ as: 'customer', args: none },
		{ as: 'agent', args: ({ chatId }) => `'${chatId}'` },
	],
	list_support_notices: [{ as: 'agent', args: none }],
	send_support_typing: [
		{ as: 'customer', args: ({ chatId }) => `'${chatId}', true` },
		{ as: 'agent', args: ({ chatId }) => `'${chatId}', true` },
	],
	set_support_presence: [{ as: 'agent', args: ({ chatId }) => `'${chatId}'` }],
	list_support_presence: [{ as: 'agent', args: none, blocks: 2_000 }],
	support_readable_files: [
		{ as: 'customer', args: ({ sentPath }) => `'["${sentPath}"]'` },
		{ as: 'agent', args: ({ sentPath }) => `'["${sentPath}"]'`, blocks: 150 },
	],
	support_heartbeat: [{ as: 'agent', args: none }],
	set_support_availability: [{ as: 'agent', args: () => 'true' }],
	list_support_agents: [{ as: 'agent', args: none, blocks: 6_000 }],
	update_support_agent: [
		{ as: 'admin', args: ({ agent }) => `'${agent.id}', 'Mika', 'agent', 'senior'`, blocks: 100 },
	],
	invite_support_agent: [
		{ as: 'admin', args: ({ customer }) => `'${customer.email}'`, blocks: 100 },
	],
	remove_support_agent: [{ as: 'admin', args: ({ agent }) => `'${agent.id}'`, blocks: 4_000 }],
	create_support_webhook: [
		{ as: 'admin', args: () => `'https://8.8.8.8/', '{chat.created}'`, blocks: 150 },
		{ as: 'admin', args: () => `'https://hooks.example.com/', '{chat.created}'`, blocks: 150 },
	],
	rotate_support_webhook_secret: [
		{ as: 'admin', args: ({ webhook }) => `'${webhook}'`, blocks: 150 },
	],
	test_support_webhook: [{ as: 'admin', args: ({ webhook }) => `'${webhook}'`, blocks: 150 }],
	resend_support_webhook_delivery: [
		{ as: 'admin', args: ({ delivery }) => `'${delivery}'`, blocks: 150 },
	],
	send_support_test_email: [{ as: 'admin', args: none, blocks: 150 }],
	support_live: [{ as: 'agent', args: none, blocks: 8_000 }],
	support_report: [{ as: 'agent', args: () => `now() - interval '1 day', now()`, blocks: 8_000 }],
};
