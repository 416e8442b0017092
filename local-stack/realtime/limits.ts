/**
 * The limits of the server. The fixed values are the real server's defaults; hosted plans set the two open
 * ones.
 */
export interface RealtimeLimits {
	/** Channels that one socket may have joined. */
	maxChannelsPerSocket: number;
	/** Joins of all sockets per second, averaged over the last minute. */
	maxJoinsPerSecond: number;
	/** Deliveries and client broadcasts per second, averaged over the last minute. Hosted: 100 and up. */
	maxEventsPerSecond: number;
	/** Open sockets. Hosted: 200 and up. */
	maxConcurrentUsers: number;
	/** Bytes of one payload. */
	maxPayloadBytes: number;
	/** Presence calls of one channel in one window. */
	presenceCalls: number;
	presenceWindowMs: number;
	/** A socket that says nothing for so long is closed. */
	idleTimeoutMs: number;
	/** A socket whose last channel has been gone for so long is killed. */
	noChannelTimeoutMs: number;
	/** How long a channel waits for the database stream that it asked to be told about. */
	replicationReadyTimeoutMs: number;
}

export const defaultLimits: RealtimeLimits = {
	maxChannelsPerSocket: 100,
	maxJoinsPerSecond: 100,
	maxEventsPerSecond: Infinity,
	maxConcurrentUsers: Infinity,
	maxPayloadBytes: 3000 * 1000 + 500,
	presenceCalls: 5,
	presenceWindowMs: 30_000,
	idleTimeoutMs: 60_000,
	noChannelTimeoutMs: 600_000,
	replicationReadyTimeoutMs: 60_000,
};

/** A longer frame ends its socket. */
export const maxFrameBytes = 5_000_000;
/** A refused handshake is answered this late, so that clients do not come back at once. */
export const connectErrorDelayMs = 2000;
/** A refused join is answered this late, and its socket waits meanwhile. */
export const joinErrorDelayMs = 5000;
/** A channel looks at its token at least this often. */
export const tokenCheckMs = 300_000;
/** How often a channel that asked for it looks whether the database stream is up. */
export const replicationReadyCheckMs = 500;
/** Messages that one join can have replayed. */
export const maxReplayed = 25;
