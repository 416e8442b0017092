/** The name of each setting, and its meaning in a sentence or two. */
export const fields = {
	app_name: { label: 'App name', meaning: 'Shown in the widget and in emails.' },
	chat_url: {
		label: 'Chat page URL',
		meaning: 'Emails link to this page and open the chat there. Emails are not sent without it.',
	},
	dashboard_url: {
		label: 'Dashboard URL',
		meaning: 'The widget links here for agents who are signed in on your page.',
	},
	messages_per_minute: {
		label: 'Messages per minute',
		meaning: 'How many messages one customer can send per minute.',
	},
	upload_types: {
		label: 'Allowed attachments',
		meaning: 'Every file is checked before others see it. Select none to turn attachments off.',
		options: {
			'image/png': 'PNG images',
			'image/jpeg': 'JPEG images',
			'image/webp': 'WebP images',
			'image/gif': 'GIF images',
			'application/pdf': 'PDF documents',
		},
	},
	max_upload_mb: {
		label: 'Maximum file size',
		meaning: 'Applies to customers and agents. Files already sent stay.',
	},
	welcome_message: {
		label: 'Welcome message',
		meaning:
			'Sent when a conversation starts, in the customer’s language. English is used for languages that are not listed.',
	},
	end_message: {
		label: 'End message',
		meaning: 'Sent when a conversation ends.',
	},
	message_before_accept: {
		label: 'Customers can write before an agent joins',
		meaning: 'When off, customers wait in the queue until an agent takes the conversation.',
	},
	only_assigned_may_write: {
		label: 'Only the assigned agent can reply',
		meaning: 'When off, every agent can reply.',
	},
	inactivity_minutes: {
		label: 'End after inactivity',
		meaning: 'A conversation ends after this long without a message. Leave empty for never.',
	},
	expected_reply_minutes: {
		label: 'Expected reply',
		meaning: 'The reply time shown to customers. Leave empty to show none.',
	},
	allow_view_history: {
		label: 'Customers can see earlier conversations',
		meaning: 'When off, customers see only the current conversation. Agents always see all.',
	},
	delete_history: {
		label: 'Customers can delete ended conversations',
		meaning:
			'Hide removes the conversation from the customer’s view. Erase permanently deletes its messages for everyone.',
		options: { off: 'No', hide: 'Yes, hide', erase: 'Yes, erase' },
	},
	auto_assign: {
		label: 'Assign conversations automatically',
		meaning:
			'Waiting conversations go to the available agent with the fewest. When off, agents take them.',
	},
	max_active_conversations: {
		label: 'Active conversations per agent',
		meaning:
			'The most conversations an agent can have at once. You can set a different limit per agent under Team. Leave empty for no limit.',
	},
	agent_timeout: {
		label: 'Agents are offline after',
		meaning: 'How long after an agent’s dashboard last reported in. It reports every 30 seconds.',
	},
	failover_minutes: {
		label: 'Return conversations to the queue after',
		meaning:
			'How long an agent can be offline before their active conversations go back to the queue. Leave empty for never.',
	},
	time_zone: {
		label: 'Time zone',
		meaning: 'Used for working hours and reports.',
	},
	agent_roles: {
		label: 'Agent roles',
		meaning:
			'Separate with commas. Users with one of these roles in app_metadata (“role” or “roles”) are agents for as long as they have it. Agents you add by hand, and admins, are not affected. Leave empty for none.',
	},
	email_enabled: {
		label: 'Send emails about unread replies',
		meaning: 'When off, customers get no emails, including those already waiting.',
	},
	email_from: {
		label: 'Sender',
		meaning:
			'An address on a domain verified with your mail provider. Emails are not sent without it.',
	},
	email_delay: {
		label: 'Delay',
		meaning: 'How long a reply can stay unread before an email is sent.',
	},
	email_max_delay: {
		label: 'Maximum delay',
		meaning:
			'Further replies postpone the email, but no longer than this after the first unread reply.',
	},
	email_daily_cap: {
		label: 'Emails per day',
		meaning: 'The most emails one address gets in 24 hours. The rest are sent later.',
	},
	notify_new_conversation: {
		label: 'Send an email when no one takes a conversation',
		meaning:
			'Agents with the dashboard open are always notified. The email is sent at any hour, once per conversation and address.',
	},
	notify_after_minutes: {
		label: 'After',
		meaning:
			'How long a conversation can wait before the email is sent. Enter 0 to send it at once.',
	},
	notification_emails: {
		label: 'Send to',
		meaning: 'Up to 20 addresses, separated by commas. Each gets its own email.',
	},
	notification_locale: {
		label: 'Language of team emails',
		meaning: 'Emails to customers use the language of their page.',
		options: { en: 'English', de: 'Deutsch', es: 'Español', fr: 'Français', zh: '中文' },
	},
	unsubscribe_url: {
		label: 'Unsubscribe page URL',
		meaning:
			'This dashboard has one at /unsubscribe. Leave empty to unsubscribe customers from their mail app.',
	},
} as const;
