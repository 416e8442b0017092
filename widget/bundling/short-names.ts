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
	asksRating mustStart newFromId statusOf pushToken notifyTyping
	environment outbox activity isOnline isVisible tokenKeeper reconcile readers reads reaction derives cleanups isUser
	getOrCreateChat loadOlder sendMessage failures requeue attaching skipTo forJoin revive stale purge markRead statusPause
	expiresAt holds signedOut hasFiles giveBack mayLink isOpen onChange unreachable subscribe reschedule onSent onMoved subscription reconsider accepted isModal clock`.split(
		/\s+/,
	);

/** Properties of the panel's styles; those that the loader's styles have, too, keep their names. */
const TOKENS =
	`accent-text bg bg-sunken bg-raised bg-bubble ink ink-2 ink-3 line line-strong focus good warn bad s2 s3 s4 s6 r1 r3
	shadow-3 font t-xs t-s t-m t-l t-xl fast slow`.split(/\s+/);

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

const TOKEN = /--([a-z][a-z\d-]*)/g;

export const shortenNames = (code: string): string =>
	code
		.replace(NAMES, (name) => short.get(name) ?? name)
		.replace(TOKEN, (whole, name: string) => {
			const at = TOKENS.indexOf(name);
			return at < 0 ? whole : `--${at.toString(36)}`;
		});
