import type { Plugin } from 'vite';

/**
 * Properties that only the chat core and the panel's own parts call by name: nothing of them is stored, sent, given to the
 * page or shared with the loader, and no text or style has such a word.
 */
const INTERNAL =
	`knownTo awaitingAnswer sessionChanged unreadBefore loadError hasOlder loadingOlder olderError onState onEvent onTopic
	onHistoryChanged onSignedOut onCaughtUp onUserChanged onChatMissing onConnection onNewMessages onStored onJoined onHeard
	onRenewed onIdle onStaff joinRef nextRef expiresWithin storagePrefix customerName teamName retryAfter openTabChannel
	socketClosed readTo mergeNewest catchUp openSocket renewIfDue catchingUp beatIfDue lookAgain pollEvery hasGap keepPlace
	selfId lockName mustWait shareAcrossTabs toEnd heardAt observeStored tokenRefused catchUpFrom mergeAfter mergeOlder
	asksRating mustStart newFromId statusOf selfName pushToken notifyTyping
	environment outbox activity isOnline isVisible tokenKeeper reconcile`.split(/\s+/);

const short = new Map(INTERNAL.map((name, index) => [name, `q${index}`]));
/** Whole words, and not what stands in an import's path. */
const NAMES = new RegExp(`(?<![\\w/-])(?:${INTERNAL.join('|')})(?![\\w/-])`, 'g');

/** Gives internal properties short names, the same in every chunk: a minifier does not dare to. */
export function shortNames(): Plugin {
	return {
		name: 'support-chat:short-names',
		enforce: 'post',
		renderChunk(code, { fileName }) {
			if (/\bq\d/.test(code)) this.error(`${fileName} has names like ours already.`);
			return { code: shortenNames(code), map: null };
		},
	};
}

export const shortenNames = (code: string): string =>
	code.replace(NAMES, (name) => short.get(name) ?? name);
