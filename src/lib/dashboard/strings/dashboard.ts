/**
 * Every sentence of the dashboard, in one place and one shape, so that another language is another object that
 * `satisfies DashboardStrings`. Words that widget and dashboard share are in the chat core's catalogue.
 */
import { counted, LOCALE, number } from './count';

export const strings = {
	locale: LOCALE,
	app: 'Support Chats',
	skipToContent: 'Skip to the content',
	title: (unread: number, page: string) =>
		unread > 0 ? `(${number.format(unread)}) ${page}` : page,
	error: {
		title: 'Something went wrong',
		notFoundTitle: 'There is nothing here',
		notFound: 'This page does not exist.',
		signedOut: 'Your session has ended. Sign in again.',
		unreachable: 'Supabase does not answer right now. Wait a moment, then retry.',
		unexpected: 'The server could not answer. Wait a moment, then retry.',
		badRequest: 'The server could not read this request.',
		tooMany: (minutes: number) =>
			`Too many requests from your network. Wait ${counted(minutes, 'minute', 'minutes')}, then retry.`,
		retry: 'Retry',
		back: 'Back to the chats',
	},
	login: {
		title: 'Sign in',
		lead: 'Answer your customers.',
		email: 'E-mail',
		password: 'Password',
		showPassword: 'Show password',
		hidePassword: 'Hide password',
		submit: 'Sign in',
		submitting: 'Signing in…',
		invalidEmail: 'Enter an e-mail address, such as you@example.com.',
		missingPassword: 'Enter your password.',
		refused: 'That e-mail address and password do not belong together.',
		tooMany: (minutes: number) =>
			`Too many attempts to sign in. Wait ${counted(minutes, 'minute', 'minutes')}, then try again.`,
		unreachable:
			'Supabase does not answer, so nobody can sign in right now. Try again in a moment.',
		signedOut: 'You are signed out.',
	},
	signOut: 'Sign out',
	signOutDialog: {
		title: 'Sign out?',
		body: 'These are removed from this browser:',
		unsent: (count: number) =>
			counted(count, 'message that was not sent', 'messages that were not sent'),
		drafts: (count: number) => counted(count, 'draft', 'drafts'),
		cancel: 'Cancel',
	},
	unsent: {
		count: (count: number) =>
			counted(count, 'message is not sent yet.', 'messages are not sent yet.'),
		list: 'Messages that are not sent',
		chat: 'Chat',
		open: 'Open chat',
		waiting: 'Waiting to be sent',
		failed: 'Not sent',
	},
	signedInAs: (email: string) => `Signed in as ${email}`,
	noAccess: {
		title: 'You are not on the support team',
		body: (email: string) =>
			`You are signed in as ${email}. Ask an admin of the team to add this address, or sign in as somebody else.`,
	},
	adminsOnly: {
		title: 'The settings are for admins',
		body: 'You are on the support team, but not one of its admins. Ask an admin to change a setting, or to make you one.',
	},
	setup: {
		title: 'Connect your Supabase project',
		body: 'The dashboard does not know its Supabase project yet. Set these in the environment of the server (or in .env), then restart it:',
		done: 'Set them, restart, and reload this page.',
	},
	nav: {
		label: 'Main',
		chats: 'Chats',
		live: 'Live',
		reports: 'Reports',
		settings: 'Settings',
		unread: (count: number) => counted(count, 'unread chat', 'unread chats'),
		soundOn: 'Sound is on',
		soundOff: 'Sound is off',
		notificationsOn: 'Desktop notifications are on',
		notificationsOff: 'Desktop notifications are off',
		notificationsBlocked:
			'Your browser blocks notifications from this page. Allow them in its settings, then try again.',
		notificationsUnavailable: 'This browser has no desktop notifications.',
	},
	inbox: {
		title: 'Support Chats',
		tabs: 'Which chats',
		active: 'Active',
		archived: 'Archived',
		search: 'Search people and messages',
		clearSearch: 'Clear the search',
		list: 'Chats',
		you: 'You: ',
		unread: 'Unread',
		noMessages: 'No messages yet',
		noEmail: 'No e-mail address',
		messages: (count: number) => counted(count, 'message', 'messages'),
		loadingMore: 'Loading more chats…',
		emptyTitle: 'No chats yet',
		emptyBody: 'Put this script on your page. Who is signed in there can write to you.',
		emptyArchived: 'No archived chats',
		emptyArchivedBody: 'Chats that you archive are kept here. A new message brings one back.',
		emptySearch: (query: string) => `Nothing found for “${query}”`,
		emptySearchBody: 'People are found by e-mail and name, messages by their words.',
		copy: 'Copy the script',
		copied: 'Copied',
		copyFailed: 'Could not copy. Select the script and copy it yourself.',
		loadFailed: 'The chats could not be loaded.',
	},
	chat: {
		back: 'Back to the chats',
		archive: 'Archive',
		restore: 'Restore',
		archived: (email: string) => `Archived the chat with ${email}`,
		restored: (email: string) => `Restored the chat with ${email}`,
		undo: 'Undo',
		archivedNote: 'This chat is archived. A new message from the customer restores it.',
		moveFailed: 'That did not work. The chat is where it was.',
		loading: 'Loading the chat…',
		placeholder: (name: string) => `Reply to ${name}…`,
		hint: 'Enter sends, Shift+Enter for a new line',
		customer: 'Customer',
		customerSince: (month: string) => `Customer since ${month}`,
		details: 'Details',
		email: 'E-mail',
		name: 'Name',
		messageCount: 'Messages',
		lastMessage: 'Last message',
		unknown: 'Not known',
		missingTitle: 'This chat does not exist',
		missingBody: 'It may have been deleted together with its customer’s account.',
		deletedTitle: 'This chat was deleted',
		deletedBody: 'Its customer’s account is gone, and the messages with it.',
		pick: 'Pick a chat',
		waiting: 'New chats appear here by themselves.',
		pickBody: 'Choose a customer on the left. j and k move through the list.',
		loadFailed: 'The chat could not be loaded.',
	},
	connection: {
		offline: 'You are offline. Messages are sent when the network is back.',
		reconnecting: 'Reconnecting… New messages still arrive, a little later.',
	},
	notification: {
		newMessage: (email: string) => `New message from ${email}`,
	},
	unsubscribe: {
		title: 'E-mail about answers',
		ask: (app: string) =>
			`Stop e-mails about new answers from ${app} support? You still see the answers in the chat.`,
		done: (app: string) =>
			`You are unsubscribed: ${app} support sends no further e-mails about answers to your address.`,
		submit: 'Unsubscribe',
		again: 'Subscribe again',
		invalid: 'This link is not complete or no longer valid. Open it again from the e-mail.',
		failed: 'That cannot be looked up right now. Try again in a moment.',
	},
} as const;

type Widen<T> = T extends string
	? string
	: T extends (...args: infer A) => string
		? (...args: A) => string
		: { [K in keyof T]: Widen<T[K]> };

export type DashboardStrings = Widen<typeof strings>;
