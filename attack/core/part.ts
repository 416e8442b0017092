import type { Database } from '../../local-stack/postgres/connect';
import type { LocalStack } from '../../local-stack/stack/start-local-stack';
import type { Site } from '../../e2e/site/start-site';
import type { Random } from './random';
import type { Report } from './report';

/** The built product, and its database as the owner sees it. */
export interface AttackSite extends Site {
	sql: Database;
}

/** Name and target of a part. */
export interface Attack {
	random: Random;
	report: Report;
	/** The share of all attacks in one round: 1 is all of them; a short run uses less. */
	share: number;
	/** The stack that all parts share; started when first needed. Its cron jobs do not run. */
	stack(): Promise<LocalStack>;
	/** The built product on its own stack, with a host page; started when first needed. */
	site(): Promise<AttackSite>;
}

/** Makes one round of attacks. Rounds of one part differ by what the random numbers choose. */
export type Round = (attack: Attack) => Promise<void>;

/** One surface of the product and the attacks on it. */
export interface AttackPart {
	name: string;
	what: string;
	/** How many rounds a full run makes. */
	rounds: number;
	round: Round;
}
