import type postgres from 'postgres';
import type { LocalStack } from '../../local-stack/stack/start-local-stack';
import type { Site } from '../../e2e/site/start-site';
import type { Random } from './random';
import type { Report } from './report';

/** The built product, and its database as the owner sees it. */
export interface AttackSite extends Site {
	sql: postgres.Sql;
}

/** What a part attacks, and with what. */
export interface Attack {
	random: Random;
	report: Report;
	/** How much of what there is a round takes: 1 is all of it. A short run takes less. */
	share: number;
	/** The stack that all parts share; started when the first part wants it. Its cron jobs do not run. */
	stack(): Promise<LocalStack>;
	/** The built product on a stack of its own, with a host page; started when the first part wants it. */
	site(): Promise<AttackSite>;
}

/** Makes one round of attacks. Rounds of one part differ by what the random numbers choose. */
export type Round = (attack: Attack) => Promise<void>;

/** One surface of the product, and everything that is tried on it. */
export interface AttackPart {
	name: string;
	what: string;
	/** How many rounds a full run makes. */
	rounds: number;
	round: Round;
}
