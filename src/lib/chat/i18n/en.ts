/** The source of all texts of the chat. `{name}` is filled in; objects are plurals (`Intl.PluralRules`). */
export const en = {
	'launcher.open': 'Open support chat',
	'launcher.close': 'Close support chat',
	'launcher.unread': { one: '{count} unread message', other: '{count} unread messages' },
	'panel.label': 'Support chat',
	'panel.title': 'Support',
	'panel.titleOf': '{app} support',
	'panel.close': 'Close',
	'status.connecting': 'Connecting…',
	'status.connected': 'Connected',
	'status.reconnecting': 'Reconnecting…',
	'status.offline': 'Offline',
	'offline.notice': 'You are offline. What you write is kept and sent when you are back.',
	'log.label': 'Messages',
	'log.loading': 'Loading messages…',
	'log.loadFailed': 'The messages could not be loaded.',
	'log.older': 'Load older messages',
	'log.emptyTitle': 'How can we help?',
	'log.emptyBody': 'Write to us. The answer appears here.',
	'log.jump': 'Jump to latest',
	'log.new': { one: '{count} new message', other: '{count} new messages' },
	'message.you': 'You',
	'message.team': 'Support',
	'message.customer': 'Customer',
	'message.system': 'Notice',
	'message.seen': 'Seen',
	'message.sent': 'Sent',
	'message.sending': 'Sending…',
	'message.waiting': 'Waiting for the connection',
	'message.failed': 'Not sent',
	'message.retry': 'Retry',
	'message.discard': 'Discard',
	'message.linkWarning': 'Opens in a new tab',
	'typing.named': '{name} is typing…',
	'typing.someone': 'Typing…',
	'composer.label': 'Message',
	'composer.placeholder': 'Write a message…',
	'composer.send': 'Send',
	'composer.count': '{count} / {max}',
	'composer.tooLong': {
		one: '{count} character too many',
		other: '{count} characters too many',
	},
	'sound.mute': 'Mute sound',
	'sound.unmute': 'Turn sound on',
	'signedOut.title': 'Sign in to chat',
	'signedOut.body': 'What you wrote is kept.',
	'gone.title': 'This chat does not exist any more',
	retry: 'Retry',
	'error.support_not_authenticated': 'Sign in to chat.',
	'error.support_forbidden': 'You may not do this.',
	'error.support_chat_not_found': 'This chat does not exist any more.',
	'error.support_user_not_found': 'This user does not exist.',
	'error.support_message_id_missing': 'The message could not be sent.',
	'error.support_message_blank': 'Write something first.',
	'error.support_message_too_long': 'The message is too long.',
	'error.support_message_conflict': 'The message could not be sent.',
	'error.support_rate_limited': 'Too many messages at once. Wait a moment.',
	'error.support_bad_transition': 'That is not possible any more.',
	'error.support_bad_cursor': 'The list could not be loaded.',
	'error.signed_out': 'Your session has ended. Sign in again.',
	'error.user_changed': 'Somebody else is signed in now.',
	'error.network': 'No connection.',
	'error.timeout': 'The server did not answer in time.',
	'error.unexpected_answer':
		'The network answered something else. Perhaps it wants you to sign in.',
	'error.server': 'The server is not available right now.',
	'error.refused': 'The server refused this.',
} as const;

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : PluralForms };

export type PluralForms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
/** What every language has to say: the keys of `en`. */
export type Catalogue = Texts<typeof en>;
/** Keys of plain sentences. */
export type TextKey = {
	[K in keyof Catalogue]: Catalogue[K] extends string ? K : never;
}[keyof Catalogue];
/** Keys of sentences that depend on a count. */
export type PluralKey = Exclude<keyof Catalogue, TextKey>;
