/** Every sentence about conversations and who works on them. */
import { en } from '$chat/i18n/en';
import { counted, number } from './count';

/** The catalogue of the chat core, with the errors that only agents get. */
export const teamCatalogue = {
	...en,
	'error.support_bad_transition':
		'The conversation has changed in the meantime. This is its current state.',
	'error.support_already_taken': 'Another agent took this conversation first.',
	'error.support_agent_limit':
		'You have reached your limit of active conversations. End or release one, then try again.',
	'error.support_not_assigned':
		'Another agent has this conversation. Only they or an admin can do this.',
	'error.support_own_conversation':
		'You are the customer in this conversation, so another agent has to handle it.',
	'error.support_agent_not_found': 'This person is no longer on the team.',
	'error.support_conversation_not_found': 'This conversation no longer exists.',
	'error.support_conversation_waiting': 'An agent has to join first.',
};

/** `3 min`, `2 h`, `4 d`; under a minute in words. */
export function shortSpan(milliseconds: number): string {
	const minutes = Math.floor(Math.max(0, milliseconds) / 60_000);
	if (minutes < 1) return 'under 1 min';
	if (minutes < 60) return `${minutes} min`;
	if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
	return `${number.format(Math.floor(minutes / (24 * 60)))} d`;
}

export const teamStrings = {
	views: {
		label: 'More views',
		mine: 'Mine',
		waiting: 'Waiting',
		open: 'Open',
		ended: 'Ended',
		empty: {
			mine: ['You have no conversations', 'Take a waiting conversation to see it here.'],
			waiting: ['No one is waiting', 'Customers who wait for an agent appear here.'],
			open: ['No open conversations', 'Waiting and active conversations appear here.'],
			ended: ['No ended conversations', 'Ended conversations appear here.'],
		},
	},
	state: {
		label: 'Conversation',
		waiting: (span: string) => `Waiting ${span}`,
		waitingLong: (span: string) => `Waiting for an agent, ${span}`,
		mine: 'You have this conversation',
		of: (name: string) => `${name} has this conversation`,
		somebody: 'A former agent',
		ended: 'Ended',
		endedAgo: (by: string, ago: string) => `${by} · ${ago}`,
		endedBy: {
			user: 'Ended by the customer',
			staff: 'Ended by the team',
			inactivity: 'Ended after inactivity',
			archive: 'Ended when the chat was archived',
		},
		priority: 'Priority',
		you: 'You',
		retry: 'Retry',
		loadFailed: 'Could not load the conversation.',
	},
	actions: {
		take: 'Take',
		release: 'Release',
		end: 'End conversation',
		escalate: 'Escalate',
		deescalate: 'Remove priority',
		cancel: 'Cancel',
		endTitle: 'End this conversation?',
		endBody:
			'The customer is notified and can rate it. You cannot reopen it; their next message starts a new one.',
	},
	transfer: {
		button: 'Transfer…',
		label: 'Transfer to',
		loading: 'Loading agents…',
		nobody: 'You are the only agent. Add others under Settings, Team.',
		online: 'Online',
		away: 'Away',
		offline: 'Offline',
		load: (active: number, limit: number | null) =>
			limit === null ? `${number.format(active)} active` : `${active} of ${limit} active`,
		full: 'full',
	},
	people: {
		viewing: (names: string) => `Also viewing this chat: ${names}`,
		online: (names: string) => `Online: ${names}`,
		you: (name: string) => `${name} (you)`,
	},
	availability: {
		available: 'Available',
		away: 'Away',
		availableHint: 'You get new conversations',
		awayHint: 'You get no new conversations and keep the ones you have',
		load: (active: number, limit: number | null) =>
			limit === null
				? counted(active, 'active conversation', 'active conversations')
				: `${number.format(active)} of ${number.format(limit)} active conversations`,
		failed: 'Could not change your availability. Try again.',
		label: 'Your availability',
	},
	news: {
		assigned: (name: string) => `${name} is assigned to you`,
		/** With the note of the agent or the rule that calls. */
		called: (name: string) => `You are needed in the chat with ${name}`,
		waits: (name: string) => `${name} is waiting for an agent`,
		open: 'Open',
		more: (count: number) => counted(count, 'more chat needs an agent', 'more chats need an agent'),
		openInbox: 'Open the inbox',
	},
	log: {
		started: 'Conversation started',
		endedBy: (by: string, name: string | null) => (name === null ? by : `${by} (${name})`),
		stars: (rating: number) => `${'★'.repeat(rating)}${'☆'.repeat(5 - rating)}`,
		starsLabel: (rating: number) => `Rated ${rating} of 5`,
	},
	card: {
		present: 'Current conversation',
		latest: 'Last conversation',
		page: 'Page',
		language: 'Language',
		calledName: 'Name',
		waited: 'Waited',
		firstReply: 'First reply after',
		history: 'Earlier conversations',
		noHistory: 'None yet',
		notRated: 'Not rated',
		deleted: 'Deleted by the customer',
		untrusted: 'Reported by the page, not verified',
		nobody: 'No one',
	},
	composer: {
		notYours: (name: string) =>
			`Only ${name} can reply here. Transfer the conversation to yourself first.`,
	},
} as const;
