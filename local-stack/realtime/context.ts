import { type Sql } from 'postgres';
import { type Hub } from './hub';
import { type RealtimeLimits } from './limits';
import { type PresenceTracker } from './channel/presence-tracker';
import { type RateCounter } from './rate-counter';

/** State shared by all sockets and channels of one server. */
export interface RealtimeContext {
	sql: Sql;
	jwtSecret: string;
	/** Converts `sb_publishable_…` and `sb_secret_…` keys to their JWTs. */
	resolveApiKey(key: string): string;
	/** The delay of the reply to a refused join, in milliseconds. */
	joinErrorDelayMs: number;
	limits: RealtimeLimits;
	hub: Hub;
	presence: PresenceTracker;
	joins: RateCounter;
	events: RateCounter;
	/** True while messages from the database arrive. */
	isReplicating(): boolean;
	log(line: string): void;
}
