/** Every sentence about notices and the words of e-mails; see strings.ts. */
import { number } from './count';

export const noticeStrings = {
	list: 'Every notice',
	more: 'What became of each notice of the last 30 days',
	none: 'No notice was due yet.',
	noneSuch: 'No notice is like this. Choose “All” to see the others.',
	filter: 'Which notices',
	kind: 'Kind',
	status: 'State',
	all: 'All',
	show: 'Show',
	newer: 'Newer',
	older: 'Older',
	pages: 'Pages of notices',
	kinds: {
		user_reply: 'Unread answer, to the customer',
		staff_waiting: 'Conversation that nobody took, to the team',
		staff_assigned: 'Assigned, in the dashboard of one agent',
		test: 'Test e-mail',
	},
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
		disabled: 'These e-mails are turned off',
		taken: 'Somebody took the conversation in time',
		ended: 'The conversation has ended',
		address_removed: 'The address is not in the settings any more',
	},
	due: (when: string) => `due ${when}`,
	unknownRecipient: 'Not known yet',
	formerMember: 'A former member of the team',
	openChat: 'Open the chat',
	attempts: (recipient: string) => `Attempts for ${recipient}`,
	attempt: (count: number) => `Attempt ${number.format(count)}`,
	outcomes: {
		started: 'Under way, or cut off without an answer',
		sent: 'Taken by the mail provider',
		shown: 'Shown in the dashboard',
		failed: 'Refused for good',
		retry: 'No clear answer; tried again',
		postponed: 'Not taken; tried again later',
	},
	providerId: (id: string) => `Its number there: ${id}`,
	took: (ms: number) => `${number.format(ms)} ms`,
	test: {
		title: 'Test',
		lead: 'Sends an e-mail at once, as all others are sent. What the mail provider answers appears below by itself.',
		to: 'To',
		toHint: (own: string) => `Empty: to ${own}.`,
		submit: 'Send a test e-mail',
		submitting: 'Sending…',
		started: 'On its way. See below what becomes of it.',
		waits: 'Waiting for the mail function…',
		sent: (to: string) =>
			`The mail provider took it for ${to}. Look into the inbox, and into spam.`,
		failed: (answer: string) => `The mail provider refused it: ${answer}`,
		delayed: (answer: string) => `Not sent yet, tried again by itself: ${answer}`,
	},
	checklist: {
		title: 'No notice arrived?',
		good: 'Fine',
		bad: 'Look here',
		hint: 'To check',
		enabled: (on: boolean) =>
			on
				? 'E-mails about conversations that nobody takes are turned on.'
				: 'E-mails about conversations that nobody takes are turned off: see above.',
		addresses: (count: number) =>
			count === 0
				? 'No address is set: see above.'
				: `They go to ${count === 1 ? 'one address' : `${number.format(count)} addresses`}, each of them a valid one.`,
		sender: (from: string | null) =>
			from === null ? 'The sender is not set: see E-mail.' : `The sender is ${from}.`,
		works: 'The mail function reports no problem.',
		log: (when: string, to: string) =>
			`The last e-mail was taken by the mail provider ${when}, for ${to}.`,
		noLog: 'No e-mail was sent in the last 30 days: send a test.',
		refused: (count: number) =>
			count === 1
				? 'One e-mail was refused lately: see why, below.'
				: `${number.format(count)} e-mails were refused lately: see why, below.`,
		spam: 'Look into the spam folder. If it is there, verify the sender’s domain with your mail provider (SPF, DKIM, DMARC).',
		desktop:
			'In the dashboard: is the sound on, and may this browser show notifications? Both are at the lower left.',
	},
	templates: {
		kinds: {
			user_reply: 'To a customer: unread answers',
			staff_waiting: 'To the team: nobody takes a conversation',
		},
		which: 'Which e-mail',
		locale: 'Language',
		show: 'Show',
		subject: 'Subject',
		body: 'Text',
		bodyHint:
			'An empty line begins a new paragraph. Markup stays text; links come from variables alone.',
		insert: (name: string) => `Insert {{${name}}}`,
		variables: {
			app_name: 'Name of the app',
			customer: 'What the customer is called',
			summary: 'How many answers',
			messages: 'The answers',
			chat_link: 'Link to the chat',
			unsubscribe_link: 'Link to unsubscribe',
			waiting_minutes: 'Minutes of waiting',
			first_message: 'Their first message',
		},
		unknown: (name: string) => `There is no {{${name}}} here. Take a variable from the list.`,
		missing: (name: string) => `The text needs {{${name}}}.`,
		own: 'Your own words are sent.',
		ours: 'Our words are sent.',
		unsaved: 'Not saved yet.',
		saved: 'Saved. It holds for e-mails from now on.',
		reset: 'Reset to default',
		resetDone: 'Our words are sent again.',
		preview: 'Preview',
		previewHtml: 'As mail programs show it',
		previewText: 'As plain text',
		sample: { name: 'Ada Lovelace', email: 'ada@example.com', agent: 'Mika' },
		sampleAnswer: 'Good news: your parcel has left customs and arrives on Thursday.',
		sampleQuestion: 'My parcel says “held at customs”. Is there something that I must do?',
	},
} as const;
