import { type Sql } from 'postgres';
import { type Hub } from './hub';
import { type RealtimeLimits } from './limits';
import { type PresenceTracker } from './channel/presence-tracker';
import { type RateCounter } from './rate-counter';

/** State shared by all sockets and channels of one server. */
export interface RealtimeContext {
	sql: Sql;
	jwtSecret: string;
	/** Turns `sb_publishable_…` and `sb_secret_…` keys into the JWTs that they stand for. */
	resolveApiKey(key: string): string;
	/** How late a refused join is answered, in milliseconds. */
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
