/** Every sentence about notices and the words of emails. */
import { counted, number } from './count';

export const noticeStrings = {
	list: 'All notifications',
	more: 'Notifications of the last 30 days',
	none: 'No notifications yet. They appear here when one is due.',
	noneSuch: 'No notifications match. Choose “All” to see the others.',
	filter: 'Filter notifications',
	kind: 'Kind',
	status: 'Status',
	all: 'All',
	show: 'Show',
	newer: 'Newer',
	older: 'Older',
	pages: 'Pages of notifications',
	kinds: {
		user_reply: 'Unread reply, to the customer',
		staff_waiting: 'Waiting conversation, to the team',
		staff_assigned: 'Assignment, to one agent in the dashboard',
		test: 'Test email',
	},
	statuses: {
		pending: 'Waiting',
		sending: 'Being sent',
		sent: 'Sent',
		skipped: 'Not needed',
		failed: 'Failed',
	},
	reasons: {
		read: 'The reply was read in time',
		archived: 'The chat was archived',
		unsubscribed: 'The customer has unsubscribed',
		no_address: 'The customer has no confirmed address',
		disabled: 'These emails are turned off',
		taken: 'An agent took the conversation in time',
		ended: 'The conversation has ended',
		address_removed: 'The address is no longer in the settings',
	},
	due: (when: string) => `due ${when}`,
	unknownRecipient: 'Not known yet',
	formerMember: 'A former agent',
	openChat: 'Open chat',
	attempts: (recipient: string) => `Attempts for ${recipient}`,
	attempt: (count: number) => `Attempt ${number.format(count)}`,
	outcomes: {
		started: 'In progress, or interrupted',
		sent: 'Accepted by the mail provider',
		shown: 'Shown in the dashboard',
		failed: 'Rejected permanently',
		retry: 'No clear response, will retry',
		postponed: 'Postponed, will retry',
	},
	providerId: (id: string) => `Provider ID: ${id}`,
	took: (ms: number) => `${number.format(ms)} ms`,
	test: {
		title: 'Test',
		lead: 'Sends an email now, the same way as all others. The mail provider’s response appears below.',
		to: 'To',
		toHint: (own: string) => `Leave empty to use ${own}.`,
		submit: 'Send test email',
		submitting: 'Sending…',
		started: 'Sending. The result appears below.',
		waits: 'Waiting for the mail function…',
		sent: (to: string) =>
			`The mail provider accepted it for ${to}. Check the inbox and the spam folder.`,
		failed: (answer: string) => `The mail provider rejected it: ${answer}`,
		delayed: (answer: string) => `Not sent yet, retrying automatically: ${answer}`,
	},
	checklist: {
		title: 'Not getting notifications?',
		good: 'OK',
		bad: 'Needs attention',
		hint: 'Check',
		enabled: (on: boolean) =>
			on
				? 'Emails about waiting conversations are turned on.'
				: 'Emails about waiting conversations are turned off. Turn them on above.',
		addresses: (count: number) =>
			count === 0
				? 'No address is set. Add one above.'
				: `They go to ${counted(count, 'valid address', 'valid addresses')}.`,
		sender: (from: string | null) =>
			from === null ? 'The sender is not set. Set it under Email.' : `The sender is ${from}.`,
		works: 'The mail function reports no problem.',
		log: (when: string, to: string) =>
			`The mail provider accepted the last email ${when}, for ${to}.`,
		noLog: 'No email was sent in the last 30 days. Send a test email.',
		refused: (count: number) =>
			count === 1
				? 'One email was rejected recently. See the reason below.'
				: `${number.format(count)} emails were rejected recently. See the reasons below.`,
		spam: 'Check the spam folder. If emails land there, verify the sender’s domain with your mail provider (SPF, DKIM, DMARC).',
		desktop: 'In the dashboard, turn on sound and desktop notifications at the lower left.',
	},
	templates: {
		kinds: {
			user_reply: 'To customers: unread replies',
			staff_waiting: 'To the team: waiting conversation',
		},
		which: 'Template',
		locale: 'Language',
		show: 'Show',
		subject: 'Subject',
		body: 'Text',
		bodyHint:
			'An empty line starts a new paragraph. Markup is shown as text; only variables become links.',
		insert: (name: string) => `Insert {{${name}}}`,
		variables: {
			app_name: 'App name',
			customer: 'Name of the customer',
			summary: 'Number of replies',
			messages: 'The replies',
			chat_link: 'Link to the chat',
			unsubscribe_link: 'Unsubscribe link',
			waiting_minutes: 'Minutes waited',
			first_message: 'Their first message',
		},
		unknown: (name: string) =>
			`{{${name}}} is not a variable of this email. Use one from the list.`,
		missing: (name: string) => `The text needs {{${name}}}.`,
		own: 'Using your own text.',
		ours: 'Using the default text.',
		unsaved: 'Not saved yet.',
		saved: 'Saved.',
		reset: 'Reset to default',
		resetDone: 'Reset to the default text.',
		preview: 'Preview',
		previewHtml: 'HTML',
		previewText: 'Plain text',
		sample: { name: 'Ada Lovelace', email: 'ada@example.com', agent: 'Mika' },
		sampleAnswer: 'Good news: your parcel has left customs and arrives on Thursday.',
		sampleQuestion: 'My parcel says “held at customs”. Do I have to do anything?',
	},
} as const;
