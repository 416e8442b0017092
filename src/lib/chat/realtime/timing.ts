/** Times that shape delivery, in milliseconds; see docs/architecture.md. One constant each, so that a bundler can inline them. */
/** A refused join answers 5 s late and blocks its socket meanwhile. */
export const joinTimeout = 12_000;
/** The first and the longest wait between reconnects; each is a random part of it ("full jitter"). */
export const reconnectFirst = 2_000;
export const reconnectMost = 30_000;
/** How long a lost connection is not shown. */
export const reconnectGrace = 2_000;
/** Between catch-ups while live and visible: finds messages that a dead stream did not deliver. */
export const probeLive = 40_000;
/** Between polls while there is no socket: panel open, panel closed, page hidden. */
export const pollOpen = 3_000;
export const pollClosed = 5_000;
export const pollHidden = 30_000;
/** While signed out: how often a visible page checks for a sign-in. */
export const signInLook = 15_000;
/** Between tries to send a message, at first and at most. */
export const resendFirst = 1_000;
export const resendMost = 30_000;
/** Marking as read waits this long for more. */
export const readDebounce = 250;
/** A reply is awaited for this long after the customer's last message. */
export const awaitAnswer = 30 * 60_000;
/** The socket stays open this long after its last use. */
export const linger = 10_000;
