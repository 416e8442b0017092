/**
 * What signed-in users may do with each table by grant (row level security narrows it further); `update` names the
 * columns. Signed out, nobody may do anything. A new table fails the tests until somebody decides about it here.
 */
export const tableRights: Record<string, { select: boolean; update: string[] }> = {
	support_agents: { select: true, update: [] },
	support_chats: { select: true, update: [] },
	support_messages: { select: true, update: [] },
	support_settings: {
		select: true,
		update: [
			'app_name',
			'chat_url',
			'email_delay',
			'email_enabled',
			'email_from',
			'email_max_delay',
			'messages_per_minute',
		],
	},
};

/** The functions of the API, and who of anon, authenticated and service_role may call them. */
export const apiFunctions: Record<string, string[]> = {
	archive_support_chat: ['authenticated'],
	get_or_create_support_chat: ['authenticated'],
	get_support_chat: ['authenticated'],
	get_support_inbox_counts: ['authenticated'],
	get_support_unread: ['authenticated'],
	list_support_chats: ['authenticated'],
	list_support_messages: ['authenticated'],
	mark_support_chat_read: ['authenticated'],
	mark_support_chat_viewed: ['authenticated'],
	send_support_message: ['authenticated'],
	support_add_agent: ['service_role'],
	unarchive_support_chat: ['authenticated'],
};

/** What the roles of the API may execute in the private schema: the workers of the functions above, and of policies. */
export const privateFunctions: Record<string, string[]> = {
	add_agent: ['service_role'],
	app_name: ['authenticated', 'service_role'],
	blank_characters: ['service_role'],
	change_chat: ['authenticated'],
	fail: ['authenticated', 'service_role'],
	get_chat_item: ['authenticated'],
	get_or_create_chat: ['authenticated'],
	is_admin: ['authenticated', 'service_role'],
	is_own_topic: ['anon', 'authenticated'],
	is_staff: ['authenticated', 'service_role'],
	list_chat_items: ['authenticated'],
	mark_chat_read: ['authenticated'],
	may_use_topic: ['anon', 'authenticated'],
	own_chat_id: ['authenticated', 'service_role'],
	preview: ['service_role'],
	require_staff: ['authenticated'],
	send_message: ['authenticated'],
};
