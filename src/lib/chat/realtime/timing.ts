/** Times that shape delivery, in milliseconds; see docs/architecture.md. One constant each, so that a bundler can inline them. */
/** One request is given up after this. */
export const requestTimeout = 15_000;
/** The socket's heartbeat; the server closes a silent socket after 60 s. */
export const heartbeat = 25_000;
/** How long a heartbeat may take after waking up, when a half-open socket is likely; a refused join delays it by 5 s. */
export const probeTimeout = 7_000;
/** A refused join answers 5 s late and blocks its socket meanwhile. */
export const joinTimeout = 12_000;
/** A joined topic whose stream was never reported counts as live after this. */
export const assumeLive = 65_000;
/** The first and the longest wait between reconnects; each is a random part of it ("full jitter"). */
export const reconnectFirst = 2_000;
export const reconnectMost = 30_000;
/** A refused join is tried again this seldom, at first. */
export const refusedJoinFirst = 30_000;
export const refusedJoinMost = 10 * 60_000;
/** A token is renewed this long before it expires (at half of its life, if that is later). */
export const refreshBeforeExpiry = 60_000;
/** A stored message whose broadcast has not come after this shows that the stream is dead. */
export const broadcastDue = 2_000;
/** The first and the longest wait after a renewal that brought no valid token. */
export const renewFirst = 5_000;
export const renewMost = 5 * 60_000;
/** A token "issued at future", from a server whose clock is a little behind, is valid after this. */
export const futurePause = 1_500;
/** How long a lost connection stays unmentioned. */
export const reconnectGrace = 2_000;
/** Between catch-ups while live and visible: finds what a silently dead stream swallowed. */
export const probeLive = 40_000;
/** Between polls while the socket cannot be had: panel open, panel closed, page hidden. */
export const pollOpen = 3_000;
export const pollClosed = 5_000;
export const pollHidden = 30_000;
/** Between catch-ups while live and hidden. */
export const probeHidden = 180_000;
/** While signed out: how often a visible page checks for a sign-in. */
export const signInLook = 15_000;
/** A message that is not stored after this is marked as unsent. */
export const unsentShown = 2_000;
/** Signed out for this long: not just a session being renewed. */
export const signedOutSurely = 2_000;
/** The same on a page whose own code has yet to report who is signed in. */
export const signedOutAtLoad = 30_000;
/** The longest pause between two checks of an outbox that waits for a session. */
export const signInLookMost = 10 * 60_000;
/** Between tries to send a message, at first and at most. */
export const resendFirst = 1_000;
export const resendMost = 30_000;
/** A hidden page with an open panel releases its connection after this, unless a reply is awaited. */
export const hiddenRelease = 5 * 60_000;
/** A search waits this long for more letters. */
export const searchPause = 250;
/** Marking as read waits this long for more. */
export const readDebounce = 250;
/** "Typing" is sent at most this often while typing goes on, and taken back after a pause. */
export const typingEvery = 3_000;
export const typingPause = 5_000;
/** A "typing" that is not renewed disappears after this. */
export const typingTimeout = 7_000;
/** A reply is awaited for this long after the customer's last message. */
export const awaitAnswer = 30 * 60_000;
/** By then what one tab wrote to the browser's storage is there for the other tabs. */
export const storageSettles = 300;
/** The socket stays open this long after its last use. */
export const linger = 10_000;
/** Tabs that share a connection ask this often whether its holder is still there. */
export const tabTick = 10_000;
/** Several reasons to load the conversation's state make one request. */
export const statusPause = 60;
/**
 * Changed settings are requested at a random moment within this time, because all open widgets get the event at
 * once.
 */
export const settingsSpread = 800;
/** While waiting for an agent: how often to ask for the place in the queue. */
export const queueLook = 10_000;
/** A tab without a sign of life for this long is gone. */
export const tabSilence = 180_000;
