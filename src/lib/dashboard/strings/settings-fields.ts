/** The name of each setting, and its meaning in a sentence or two. */
export const fields = {
	app_name: { label: 'Name of the app', meaning: 'Stands in the widget and in every e-mail.' },
	chat_url: {
		label: 'Address of the page with the chat',
		meaning:
			'The link in e-mails goes there, and the chat opens by itself. No e-mail leaves without it.',
	},
	dashboard_url: {
		label: 'Address of this dashboard',
		meaning: 'The widget links to it for members of the team who are signed in on your page.',
	},
	messages_per_minute: {
		label: 'Messages per minute',
		meaning:
			'How many messages one customer may send in a minute; more are refused until it is over.',
	},
	upload_types: {
		label: 'Files that may be attached',
		meaning:
			'Every file is looked at before anybody else sees it. With none of these, nobody attaches anything.',
		options: {
			'image/png': 'PNG images',
			'image/jpeg': 'JPEG images',
			'image/webp': 'WebP images',
			'image/gif': 'GIF images',
			'application/pdf': 'PDF documents',
		},
	},
	max_upload_mb: {
		label: 'Largest file',
		meaning: 'Larger ones are refused, whoever attaches them. What was sent before stays.',
	},
	welcome_message: {
		label: 'Welcome message',
		meaning:
			'What the chat says by itself when a conversation opens, in the customer’s language; English is for languages that are not here.',
	},
	end_message: {
		label: 'End message',
		meaning: 'What the chat says by itself when a conversation ends.',
	},
	message_before_accept: {
		label: 'Customers may write before an agent has joined',
		meaning:
			'Turned off, they wait in the queue and can write once somebody has taken the conversation.',
	},
	only_assigned_may_write: {
		label: 'Only the agent who has a conversation may answer in it',
		meaning: 'Turned off, everybody on the team may.',
	},
	inactivity_minutes: {
		label: 'End after inactivity',
		meaning: 'A conversation in which nobody writes for so long ends by itself. Empty: never.',
	},
	expected_reply_minutes: {
		label: 'Expected reply',
		meaning: 'How soon customers are told to expect an answer. Empty: nothing is said.',
	},
	allow_view_history: {
		label: 'Customers see their earlier conversations',
		meaning: 'Turned off, they see the present conversation only. The team always sees all.',
	},
	delete_history: {
		label: 'Customers may delete an ended conversation',
		meaning:
			'“Hide” takes it out of the customer’s sight, “erase” removes its messages for everybody, for good.',
		options: { off: 'No', hide: 'Yes: hide it from them', erase: 'Yes: erase it for all' },
	},
	auto_assign: {
		label: 'Assign conversations automatically',
		meaning:
			'Waiting conversations go to the available agent with the fewest; turned off, agents take them.',
	},
	max_active_conversations: {
		label: 'Active conversations per agent',
		meaning:
			'Nobody gets or takes more at once; a member of the team may have a limit of their own. Empty: no limit.',
	},
	agent_timeout: {
		label: 'Agents are offline after',
		meaning:
			'How long after the last sign of life of their dashboard. It gives one every 30 seconds.',
	},
	failover_minutes: {
		label: 'Give back conversations after',
		meaning:
			'The active conversations of an agent who is offline for so long go back to the queue. Empty: never.',
	},
	time_zone: {
		label: 'Time zone',
		meaning: 'Working hours and the days of the reports are meant in it.',
	},
	agent_roles: {
		label: 'Roles whose users are agents',
		meaning:
			'Separated by commas. Whoever has one of them in their account’s app_metadata, as “role” or among “roles”, is an agent, and stays one for as long as they have it. Whom you add here by hand, or make an admin, stays anyway. Empty: nobody.',
	},
	email_enabled: {
		label: 'Send e-mails about unread answers',
		meaning: 'Turned off, customers get no e-mails, not even those that wait to leave.',
	},
	email_from: {
		label: 'Sender',
		meaning:
			'An address of a domain that your mail provider has verified. No e-mail leaves without it.',
	},
	email_delay: {
		label: 'Wait for',
		meaning: 'How long an answer may stay unread before it is mailed.',
	},
	email_max_delay: {
		label: 'Wait at most',
		meaning:
			'Further answers postpone the e-mail, but never beyond this after the first unread one.',
	},
	email_daily_cap: {
		label: 'E-mails per day',
		meaning: 'One address gets no more than this in 24 hours; what is over waits.',
	},
	notify_new_conversation: {
		label: 'Send an e-mail when nobody takes a conversation',
		meaning:
			'In the dashboard, everybody who is there is told of a new conversation anyway. The e-mail leaves at any hour, once per conversation and address.',
	},
	notify_after_minutes: {
		label: 'After',
		meaning: 'How long a conversation may wait before the e-mail leaves. 0: at once.',
	},
	notification_emails: {
		label: 'To these addresses',
		meaning: 'Separated by commas, at most 20. Each gets an e-mail of its own.',
	},
	notification_locale: {
		label: 'Language of e-mails to the team',
		meaning: 'E-mails to customers are in the language of their page.',
		options: { en: 'English', de: 'Deutsch', es: 'Español', fr: 'Français', zh: '中文' },
	},
	unsubscribe_url: {
		label: 'Address of the unsubscribe page',
		meaning:
			'This dashboard has one, at /unsubscribe. Empty: the link shows how to do it in the mail program.',
	},
} as const;
