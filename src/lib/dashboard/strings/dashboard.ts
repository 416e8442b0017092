/**
 * Every sentence of the dashboard, in one place and one shape, so that another language is another object that
 * `satisfies DashboardStrings`. Words that widget and dashboard share are in the chat core's catalogue.
 */
import { counted, LOCALE, number } from './count';

export const strings = {
	locale: LOCALE,
	app: 'Support Chats',
	skipToContent: 'Skip to content',
	title: (unread: number, page: string) =>
		unread > 0 ? `(${number.format(unread)}) ${page}` : page,
	error: {
		title: 'Something went wrong',
		notFoundTitle: 'Page not found',
		notFound: 'This page does not exist.',
		signedOut: 'Your session has ended. Sign in again.',
		unreachable: 'Supabase is not responding. Wait a moment, then retry.',
		unexpected: 'Something went wrong on the server. Wait a moment, then retry.',
		badRequest: 'The server could not read this request.',
		tooMany: (minutes: number) =>
			`Too many requests from your network. Wait ${counted(minutes, 'minute', 'minutes')}, then retry.`,
		retry: 'Retry',
		back: 'Back to chats',
	},
	login: {
		title: 'Sign in',
		lead: 'Answer your customers.',
		email: 'Email',
		password: 'Password',
		showPassword: 'Show password',
		hidePassword: 'Hide password',
		submit: 'Sign in',
		submitting: 'Signing in…',
		invalidEmail: 'Enter an email address, such as you@example.com.',
		missingPassword: 'Enter your password.',
		refused: 'Wrong email address or password.',
		tooMany: (minutes: number) =>
			`Too many sign-in attempts. Wait ${counted(minutes, 'minute', 'minutes')}, then try again.`,
		unreachable:
			'Supabase is not responding, so you cannot sign in right now. Try again in a moment.',
		signedOut: 'You are signed out.',
	},
	signOut: 'Sign out',
	signOutDialog: {
		title: 'Sign out?',
		body: 'These are removed from this browser:',
		unsent: (count: number) => counted(count, 'unsent message', 'unsent messages'),
		drafts: (count: number) => counted(count, 'draft', 'drafts'),
		cancel: 'Cancel',
	},
	unsent: {
		count: (count: number) =>
			counted(count, 'message is not sent yet.', 'messages are not sent yet.'),
		list: 'Unsent messages',
		chat: 'Chat',
		open: 'Open chat',
		waiting: 'Waiting to be sent',
		failed: 'Not sent',
	},
	signedInAs: (email: string) => `Signed in as ${email}`,
	noAccess: {
		title: 'You are not on the support team',
		body: (email: string) =>
			`You are signed in as ${email}. Ask an admin to add this address, or sign in with another account.`,
	},
	adminsOnly: {
		title: 'Only admins can change settings',
		body: 'Ask an admin to change a setting for you, or to make you an admin.',
	},
	setup: {
		title: 'Connect your Supabase project',
		body: 'The dashboard is not connected to a Supabase project yet. Set these variables in the server’s environment (or in .env), then restart it:',
		done: 'Then reload this page.',
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
		notificationsUnavailable: 'This browser does not support desktop notifications.',
	},
	inbox: {
		title: 'Support Chats',
		tabs: 'Filter chats',
		active: 'Active',
		archived: 'Archived',
		search: 'Search people and messages',
		clearSearch: 'Clear search',
		list: 'Chats',
		you: 'You: ',
		unread: 'Unread',
		noMessages: 'No messages yet',
		noEmail: 'No email address',
		messages: (count: number) => counted(count, 'message', 'messages'),
		loadingMore: 'Loading more chats…',
		emptyTitle: 'No chats yet',
		emptyBody: 'Add this script to your page. Signed-in users can then write to you.',
		emptyArchived: 'No archived chats',
		emptyArchivedBody:
			'Chats you archive appear here. A new message from the customer restores the chat.',
		emptySearch: (query: string) => `No results for “${query}”`,
		emptySearchBody: 'Try an email address, a name or a word from a message.',
		copy: 'Copy script',
		copied: 'Copied',
		copyFailed: 'Could not copy. Select the script and copy it.',
		loadFailed: 'Could not load the chats.',
	},
	chat: {
		back: 'Back to chats',
		archive: 'Archive',
		restore: 'Restore',
		archived: (email: string) => `Archived the chat with ${email}`,
		restored: (email: string) => `Restored the chat with ${email}`,
		undo: 'Undo',
		archivedNote: 'This chat is archived. A new message from the customer restores it.',
		moveFailed: 'Could not move the chat. Try again.',
		loading: 'Loading the chat…',
		placeholder: (name: string) => `Reply to ${name}…`,
		hint: 'Enter to send, Shift+Enter for a new line',
		customer: 'Customer',
		customerSince: (month: string) => `Customer since ${month}`,
		details: 'Details',
		email: 'Email',
		name: 'Name',
		messageCount: 'Messages',
		lastMessage: 'Last message',
		unknown: 'Unknown',
		missingTitle: 'This chat does not exist',
		missingBody: 'It may have been deleted with the customer’s account.',
		deletedTitle: 'This chat was deleted',
		deletedBody: 'The customer’s account and messages were deleted.',
		pick: 'Select a chat',
		waiting: 'New chats appear here automatically.',
		pickBody: 'Select a customer on the left, or press j and k to move through the list.',
		loadFailed: 'Could not load the chat.',
	},
	connection: {
		offline: 'You are offline. Messages are sent when you are back online.',
		reconnecting: 'Reconnecting… New messages may be delayed.',
	},
	notification: {
		newMessage: (email: string) => `New message from ${email}`,
	},
	unsubscribe: {
		title: 'Email notifications',
		ask: (app: string) =>
			`Stop emails about new replies from ${app} support? You can still read replies in the chat.`,
		done: (app: string) =>
			`You are unsubscribed. ${app} support will no longer email you about replies.`,
		submit: 'Unsubscribe',
		again: 'Subscribe again',
		invalid: 'This link is incomplete or no longer valid. Open it again from the email.',
		failed: 'Could not load your subscription. Try again in a moment.',
	},
} as const;

type Widen<T> = T extends string
	? string
	: T extends (...args: infer A) => string
		? (...args: A) => string
		: { [K in keyof T]: Widen<T[K]> };

export type DashboardStrings = Widen<typeof strings>;
