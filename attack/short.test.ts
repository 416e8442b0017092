import { afterAll, expect, test } from 'vitest';
import { Arena } from './core/arena';
import type { AttackPart } from './core/part';
import { Random } from './core/random';
import { describeBreaches, Report } from './core/report';
import { edgeFunctionsPart } from './edge-functions/index';
import { functionsPart } from './functions/index';
import { realtimePart } from './realtime/index';
import { storagePart } from './storage/index';
import { tablesPart } from './tables/index';

/**
 * Always the same attacks, so that a failure shows a fault and not another seed. `npm run test:attack` draws
 * others.
 */
const SEED = '1';
const arena = new Arena();
afterAll(() => arena.close());

const runs: { part: AttackPart; share: number; least: number }[] = [
	{ part: functionsPart, share: 0.2, least: 200 },
	{ part: tablesPart, share: 0.2, least: 150 },
	{ part: edgeFunctionsPart, share: 0.3, least: 100 },
	{ part: storagePart, share: 0.3, least: 100 },
	{ part: realtimePart, share: 0.2, least: 100 },
];

test.each(runs)('$part.name: $part.what', async ({ part, share, least }) => {
	const report = new Report();
	await part.round({
		random: new Random(SEED).fork(part.name),
		report,
		share,
		stack: () => arena.stack(),
		site: () => arena.site(),
	});
	expect(describeBreaches(report.breaches)).toBe('');
	expect(report.attacks).toBeGreaterThan(least);
});
