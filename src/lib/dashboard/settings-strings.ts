/** Every sentence of the settings; see strings.ts. */
const number = new Intl.NumberFormat('en');

export const settingsStrings = {
	title: 'Settings',
	nav: 'Settings',
	save: 'Save',
	saving: 'Saving…',
	saved: 'Saved. It holds from now on.',
	never: 'never',
	sections: {
		general: 'General',
		conversations: 'Conversations',
		hours: 'Working hours',
		assignment: 'Assignment',
		team: 'Team',
		email: 'E-mail',
		problems: 'Problems',
	},
	leads: {
		general: 'What customers see, and where things are.',
		conversations: 'How a conversation opens and ends, and what customers may do.',
		hours: 'When somebody is there. Without hours, the team counts as always there.',
		assignment: 'Who gets a conversation that waits.',
		team: 'Who answers customers here.',
		email: 'An answer that stays unread is mailed, once.',
		problems: 'What went wrong in the background. Conversations went on.',
	},
	units: {
		minutes: 'minutes',
		seconds: 'seconds',
		conversations: 'conversations',
		messages: 'messages',
		mails: 'mails',
	},
	fields: {
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
			label: 'Assign conversations by themselves',
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
		email_enabled: {
			label: 'Send e-mails about unread answers',
			meaning: 'Turned off, nothing is mailed, not even what is waiting to leave.',
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
		unsubscribe_url: {
			label: 'Address of the unsubscribe page',
			meaning:
				'This dashboard has one, at /unsubscribe. Empty: the link shows how to do it in the mail program.',
		},
	},
	texts: {
		locale: 'Language',
		text: 'Text',
		add: 'Add a language',
		remove: (locale: string) =>
			`Remove the text ${locale === '' ? 'without a language' : `in ${locale}`}`,
		none: 'Nothing is said.',
	},
	problem: {
		required: 'This cannot be empty.',
		tooLong: (max: number) => `At most ${number.format(max)} characters.`,
		oneLine: 'This has to be one line.',
		url: 'Enter a whole address, such as https://www.example.com/help.',
		sender: 'Enter an address, such as Acme <support@example.com>.',
		email: 'Enter an e-mail address, such as you@example.com.',
		whole: (min: number, max: number) =>
			`A whole number from ${number.format(min)} to ${number.format(max)}.`,
		number: (min: number, max: number) =>
			`A number from ${number.format(min)} to ${number.format(max)}.`,
		locale: (locale: string) =>
			`“${locale}” is no language code. Take one such as en, de or pt-BR.`,
		localeTwice: (locale: string) => `There are two texts for “${locale}”.`,
		localeMissing: 'Say which language the text is in.',
		choice: 'Choose one of these.',
		timeZone: 'The database does not know this time zone.',
		refused: (detail: string) => `The database refused this: ${detail}`,
		time: 'Enter a time.',
		closes: 'The end has to come after the beginning.',
		weekday: 'Choose at least one day.',
		hoursTwice: 'There are hours already that begin at this time.',
		attribute: 'Name the field, and what it has to be.',
		agent: 'A name of 1 to 80 characters, and a limit from 1 to 1,000 or none.',
		check: 'Nothing was saved. See what is marked below.',
		forbidden: 'Only admins of the team may do this. Nothing was changed.',
		signedOut: 'Your session has ended. Sign in again; nothing was changed.',
		unreachable:
			'Supabase cannot be reached right now. Nothing was changed; try again in a moment.',
		unexpected: 'That did not work, and nothing was changed. Try again.',
	},
	codes: {
		support_user_not_found:
			'Nobody has an account with this address yet. They sign up in your app first, then you invite them here.',
		support_agent_exists: 'This person is on the team already.',
		support_agent_not_found: 'This person is not on the team any more.',
		support_agent_invalid: 'A name of 1 to 80 characters, and a limit from 1 to 1,000 or none.',
		support_last_admin: 'This is the only admin. Make somebody else an admin first.',
	},
	hours: {
		week: 'Hours',
		days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
		closed: 'Closed',
		always: 'No hours are set: the team counts as always there.',
		add: 'Add hours',
		on: 'On',
		from: 'From',
		to: 'To',
		toHint: '00:00 is the end of the day.',
		remove: (day: string, from: string, to: string) => `Remove ${day}, ${from} to ${to}`,
		removed: 'Removed',
		added: 'Added. It holds from now on.',
		now: (isOpen: boolean) =>
			isOpen ? 'The team is at work now.' : 'The team is not at work now.',
	},
	rules: {
		title: 'Rules',
		lead: 'Where a rule’s condition holds, agents of its tier gain its weight; the highest sum gets the conversation, then who has the fewest.',
		none: 'No rules yet: whoever has the fewest conversations gets the next.',
		add: 'Add a rule',
		edit: (name: string) => `Change the rule ${name}`,
		remove: (name: string) => `Remove the rule ${name}`,
		removed: (name: string) => `Removed the rule ${name}`,
		name: 'Name',
		condition: 'When',
		conditions: {
			always: 'Always',
			attribute: 'The customer’s account says',
			business_hours: 'In working hours',
			outside_hours: 'Outside working hours',
		},
		attribute: 'Field of app_metadata',
		attributeValue: 'Is',
		attributeHint: 'For “the customer’s account says” only, such as plan and enterprise.',
		tier: 'Prefer',
		tiers: { regular: 'Regular agents', senior: 'Senior agents' },
		weight: 'Weight',
		enabled: 'In use',
		off: 'Not in use',
		summary: (when: string, tier: string, weight: number) =>
			`${when}: ${tier.toLowerCase()} +${number.format(weight)}`,
		is: (attribute: string, value: string) => `${attribute} is ${value}`,
	},
	team: {
		list: 'Members',
		online: 'Online',
		away: 'Away',
		offline: 'Offline',
		seen: (when: string) => `Offline, last seen ${when}`,
		you: 'You',
		active: (count: number, max: number | null) =>
			max === null
				? `${number.format(count)} active`
				: `${number.format(count)} of ${number.format(max)} active`,
		roles: { agent: 'Agent', admin: 'Admin' },
		tiers: { regular: 'Regular', senior: 'Senior' },
		invite: 'Add somebody',
		inviteLead:
			'Whoever has an account in your app can be added, by the address they sign in with.',
		email: 'E-mail',
		name: 'Name that customers see',
		nameHint: 'Empty: what stands before the @.',
		role: 'Role',
		roleHint: 'Admins change settings and the team; agents answer.',
		tier: 'Tier',
		limit: 'Active conversations at most',
		limitHint: 'Empty: as the settings say.',
		inviteSubmit: 'Add to the team',
		invited: 'They are on the team now, and can sign in here.',
		edit: (name: string) => `Change ${name}`,
		changed: (name: string) => `Changed ${name}`,
		remove: (name: string) => `Remove ${name}`,
		removeTitle: (name: string) => `Remove ${name} from the team?`,
		removeBody:
			'They see nothing here any more, at once. Their active conversations go back to the queue; what they wrote stays.',
		removeSelf: 'This is you: you will be signed in, but no longer on the team.',
		removeConfirm: 'Remove',
		cancel: 'Cancel',
		removed: (name: string) => `${name} is not on the team any more`,
	},
	email: {
		problemTitle: 'No e-mail leaves right now',
		since: (when: string) => `Since ${when}.`,
		problems: {
			support_email_no_key:
				'The mail function has no key of the mail provider: set the secret RESEND_API_KEY.',
			support_email_key_refused:
				'The mail provider refuses the key: put a valid one into the secret RESEND_API_KEY.',
			support_email_no_chat_url: 'The address of the page with the chat is not set: see General.',
			support_email_no_sender: 'The sender is not set: see below.',
			support_email_quota_exceeded:
				'The mail provider’s quota is used up. What waits is sent when it is free again.',
		},
		unknownProblem: (code: string) => `The mail function says: ${code}`,
		latest: 'Latest e-mails',
		none: 'No e-mail was due yet.',
		recipient: 'To',
		status: 'State',
		at: 'When',
		detail: 'Details',
		statuses: {
			pending: 'Waiting',
			sending: 'Being sent',
			sent: 'Sent',
			skipped: 'Not needed',
			failed: 'Failed',
		},
		reasons: {
			read: 'The answer was read in time',
			archived: 'The chat was archived',
			unsubscribed: 'The customer wants no e-mails',
			no_address: 'There is no confirmed address',
			disabled: 'E-mails are turned off',
		},
		due: (when: string) => `due ${when}`,
		unknownRecipient: 'Not known yet',
	},
	problems: {
		none: 'Nothing went wrong.',
		faults: 'In rules and hooks',
		times: (count: number) => (count === 1 ? 'Once' : `${number.format(count)} times`),
		last: (when: string) => `last ${when}`,
		dismiss: 'Dismiss',
		dismissLabel: (source: string) => `Dismiss the problem of ${source}`,
		dismissed: 'Dismissed. It comes back if it happens again.',
		hint: 'These come from rules, or from SQL functions that your team has replaced. The conversation went on as if they were not there.',
	},
} as const;
