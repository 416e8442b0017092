/** The limits of the server. The fixed values are the real server's defaults; hosted plans set the other two. */
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
	/** A socket that sends nothing for this long is closed. */
	idleTimeoutMs: number;
	/** A socket that has had no channel for this long is killed. */
	noChannelTimeoutMs: number;
	/** How long a channel waits for the database stream if it requested that report. */
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
/** The delay of the response to a refused handshake, so that clients do not try again at once. */
export const connectErrorDelayMs = 2000;
/** The delay of the reply to a refused join, during which its socket waits. */
export const joinErrorDelayMs = 5000;
/** A channel checks its token at least this often. */
export const tokenCheckMs = 300_000;
/** How often a channel that requested the report checks whether the database stream is up. */
export const replicationReadyCheckMs = 500;
/** The most messages that one join can replay. */
export const maxReplayed = 25;
