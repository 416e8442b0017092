/** What a role reads of a table, once everybody wrote and answered: how many rows. */
type Reads = number | 'some';

interface TableRights {
	/** The columns by grant, or `*`. */
	select: string[];
	/** The columns that admins may change. */
	update: string[];
	/** May admins add or remove rows? The columns to add by grant, or `*`. */
	insert?: string[];
	delete?: boolean;
	/** By row level security; strangers and former staff read nothing of the customer's, signed out nobody anything. */
	reads: { customer: Reads; agent: Reads; admin: Reads };
}

/** A new table fails the tests until somebody decides about it here. */
export const tableRights: Record<string, TableRights> = {
	support_agents: {
		select: ['*'],
		update: [],
		reads: { customer: 0, agent: 'some', admin: 'some' },
	},
	support_assignment_rules: {
		select: ['*'],
		insert: ['attribute', 'attribute_value', 'condition', 'enabled', 'name', 'tier', 'weight'],
		update: ['attribute', 'attribute_value', 'condition', 'enabled', 'name', 'tier', 'weight'],
		delete: true,
		reads: { customer: 0, agent: 'some', admin: 'some' },
	},
	support_chats: {
		select: ['*'],
		update: [],
		reads: { customer: 1, agent: 'some', admin: 'some' },
	},
	support_conversations: {
		select: ['*'],
		update: [],
		reads: { customer: 1, agent: 'some', admin: 'some' },
	},
	support_email_preferences: {
		select: ['unsubscribed_at', 'user_id'],
		update: [],
		reads: { customer: 1, agent: 0, admin: 0 },
	},
	support_email_templates: {
		select: ['*'],
		insert: ['body', 'kind', 'locale', 'subject'],
		update: ['body', 'subject'],
		delete: true,
		reads: { customer: 0, agent: 0, admin: 'some' },
	},
	support_faults: {
		select: ['*'],
		update: [],
		delete: true,
		reads: { customer: 0, agent: 'some', admin: 'some' },
	},
	support_messages: {
		select: ['*'],
		update: [],
		reads: { customer: 2, agent: 'some', admin: 'some' },
	},
	support_notification_attempts: {
		// Not the worker's claim.
		select: [
			'answer',
			'attempt',
			'created_at',
			'duration_ms',
			'notification_id',
			'outcome',
			'provider_id',
		],
		update: [],
		reads: { customer: 0, agent: 0, admin: 'some' },
	},
	support_notifications: {
		// Not `request`, which holds a customer's unsubscribe token, nor the worker's claim.
		select: [
			'agent_id',
			'attempts',
			'chat_id',
			'conversation_id',
			'created_at',
			'due_at',
			'first_seq',
			'id',
			'kind',
			'last_error',
			'last_seq',
			'note',
			'provider_id',
			'recipient',
			'sent_at',
			'skip_reason',
			'status',
			'updated_at',
		],
		update: [],
		reads: { customer: 0, agent: 0, admin: 'some' },
	},
	support_schedules: {
		select: ['*'],
		insert: ['closes', 'opens', 'weekday'],
		update: ['closes', 'opens', 'weekday'],
		delete: true,
		reads: { customer: 0, agent: 'some', admin: 'some' },
	},
	support_settings: {
		select: ['*'],
		update: [
			'agent_roles',
			'agent_timeout',
			'allow_view_history',
			'app_name',
			'auto_assign',
			'chat_url',
			'dashboard_url',
			'delete_history',
			'email_daily_cap',
			'email_delay',
			'email_enabled',
			'email_from',
			'email_max_delay',
			'end_message',
			'expected_reply_minutes',
			'failover_minutes',
			'inactivity_minutes',
			'max_active_conversations',
			'message_before_accept',
			'messages_per_minute',
			'notification_emails',
			'notification_locale',
			'notify_after_minutes',
			'notify_new_conversation',
			'only_assigned_may_write',
			'time_zone',
			'unsubscribe_url',
			'welcome_message',
		],
		reads: { customer: 0, agent: 'some', admin: 'some' },
	},
};

/** The functions of the API that signed-in users may call. Signed out, nobody may call any. */
export const userFunctions = [
	'archive_support_chat',
	'delete_support_conversation',
	'end_support_conversation',
	'escalate_support_conversation',
	'get_or_create_support_chat',
	'get_support_chat',
	'get_support_inbox_counts',
	'get_support_unread',
	'invite_support_agent',
	'list_support_agents',
	'list_support_chats',
	'list_support_conversations',
	'list_support_messages',
	'list_support_notices',
	'mark_support_chat_read',
	'mark_support_chat_viewed',
	'rate_support_conversation',
	'release_support_conversation',
	'remove_support_agent',
	'send_support_message',
	'send_support_test_email',
	'set_support_availability',
	'start_support_conversation',
	'support_heartbeat',
	'support_live',
	'support_report',
	'support_status',
	'take_support_conversation',
	'transfer_support_conversation',
	'unarchive_support_chat',
	'update_support_agent',
];

/** The functions of the API for the secret key alone. */
export const serviceFunctions = [
	'support_add_agent',
	'support_begin_email',
	'support_claim_emails',
	'support_email_config',
	'support_email_secret_digest',
	'support_finish_email',
	'support_notify_agent',
	'support_release_emails',
	'support_report_email_problem',
	'support_set_email_subscription',
];

/** Functions that a team replaces with its own; the database alone calls them. */
export const hookFunctions = ['support_assignment_score', 'support_on_conversation_event'];

/** What the roles of the API may execute in the private schema: the workers of the functions above, and of policies. */
export const privateFunctions: Record<string, string[]> = {
	add_agent: ['service_role'],
	app_name: ['authenticated', 'service_role'],
	are_email_addresses: ['authenticated', 'service_role'],
	are_roles: ['authenticated', 'service_role'],
	beat: ['authenticated'],
	blank_characters: ['authenticated', 'service_role'],
	change_chat: ['authenticated'],
	chat_email: ['service_role'],
	delete_conversation: ['authenticated'],
	email_secret_digest: ['service_role'],
	email_skip_reason: ['service_role'],
	emails_due: ['service_role'],
	end_attempt: ['service_role'],
	end_conversation: ['authenticated'],
	escalate_conversation: ['authenticated'],
	fail: ['authenticated', 'service_role'],
	get_chat_item: ['authenticated'],
	get_or_create_chat: ['authenticated'],
	hidden_conversation_ids: ['authenticated'],
	invite_agent: ['authenticated'],
	is_admin: ['authenticated', 'service_role'],
	is_email_address: ['authenticated', 'service_role'],
	is_own_topic: ['anon', 'authenticated'],
	is_staff: ['authenticated', 'service_role'],
	is_text_by_locale: ['authenticated', 'service_role'],
	list_agents: ['authenticated'],
	list_chat_items: ['authenticated'],
	list_conversations: ['authenticated'],
	list_notices: ['authenticated'],
	live: ['authenticated'],
	mark_chat_read: ['authenticated'],
	may_use_topic: ['anon', 'authenticated'],
	notice_content: ['service_role'],
	notice_customer: ['service_role'],
	notice_text: ['service_role'],
	notify_agent: ['service_role'],
	own_chat_id: ['authenticated', 'service_role'],
	preview: ['service_role'],
	rate_conversation: ['authenticated'],
	release_conversation: ['authenticated'],
	remove_agent: ['authenticated'],
	report: ['authenticated'],
	require_staff: ['authenticated'],
	send_message: ['authenticated'],
	send_test_email: ['authenticated'],
	settle_email: ['service_role'],
	start_attempt: ['service_role'],
	start_conversation: ['authenticated'],
	status: ['authenticated'],
	take_conversation: ['authenticated'],
	transfer_conversation: ['authenticated'],
	update_agent: ['authenticated'],
};
