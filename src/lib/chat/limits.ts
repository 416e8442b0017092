/** Limits that the database holds too; a database test keeps both sides equal. */

/** Characters of one message, counted as Postgres' `char_length` counts: code points, not UTF-16 units. */
export const MESSAGE_MAX_CHARACTERS = 4000;
/** Messages in the first page and in each older page; chats in a page of the inbox. */
export const PAGE_SIZE = 50;
/** The most rows that `list_support_messages` answers at once. */
export const CATCH_UP_PAGE_SIZE = 200;
/** Characters of the preview in the inbox. */
export const PREVIEW_MAX_CHARACTERS = 100;

/** Milliseconds. Times that shape delivery; see docs/architecture.md. */
export const TIMING = {
	/** One request is given up after this. */
	requestTimeout: 15_000,
	/** The socket's heartbeat; the server closes a silent socket after 60 s. */
	heartbeat: 25_000,
	/** How long a heartbeat may take after waking up, when a half-open socket is likely; a refused join delays it by 5 s. */
	probeTimeout: 7_000,
	/** A refused join answers 5 s late and blocks its socket meanwhile. */
	joinTimeout: 12_000,
	/** A joined topic whose stream was never reported counts as live after this. */
	assumeLive: 65_000,
	/** The first and the longest wait between reconnects; each is a random part of it ("full jitter"). */
	reconnectFirst: 2_000,
	reconnectMost: 30_000,
	/** A refused join is tried again this seldom, at first. */
	refusedJoinFirst: 30_000,
	refusedJoinMost: 10 * 60_000,
	/** A token is renewed this long before it expires (at half of its life, if that is later). */
	refreshBeforeExpiry: 60_000,
	/** How long a lost connection stays unmentioned. */
	reconnectGrace: 2_000,
	/** Between catch-ups while live and visible: finds what a silently dead stream swallowed. */
	probeLive: 40_000,
	/** Between polls while the socket cannot be had: panel open, panel closed, page hidden. */
	pollOpen: 3_000,
	pollClosed: 5_000,
	pollHidden: 30_000,
	/** Between catch-ups while live and hidden. */
	probeHidden: 180_000,
	/** While nobody is signed in: how often a visible page looks whether somebody is. */
	signInLook: 15_000,
	/** Between tries to send a message, at first and at most. */
	resendFirst: 1_000,
	resendMost: 30_000,
	/** A hidden page with an open panel gives its connection back after this, unless an answer is awaited. */
	hiddenRelease: 5 * 60_000,
	/** A search waits this long for more letters. */
	searchPause: 250,
	/** Marking as read waits this long for more. */
	readDebounce: 250,
	/** "Typing" is sent at most this often while typing goes on, and taken back after a pause. */
	typingEvery: 3_000,
	typingPause: 5_000,
	/** A "typing" that is not renewed disappears after this. */
	typingTimeout: 7_000,
	/** An answer is awaited for this long after the customer's last message. */
	awaitAnswer: 30 * 60_000,
	/** By then what one tab wrote to the browser's storage is there for the other tabs. */
	storageSettles: 300,
	/** The socket stays open this long after nobody needs it. */
	linger: 10_000,
	/** Tabs that share a connection ask this often whether its holder is still there. */
	tabTick: 10_000,
	/** A tab that was not heard of for so long is gone. */
	tabSilence: 180_000,
} as const;

/** Sending is tried this often by itself before a message shows as failed; it still goes out when the network is back. */
export const SEND_ATTEMPTS = 5;
