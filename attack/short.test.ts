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

/** Always the same attacks, so that a run that fails shows a fault and not another seed. `npm run test:attack` draws others. */
const SEED = '1';
const arena = new Arena();
afterAll(() => arena.close());

test.each<[AttackPart, number, number]>([
	[functionsPart, 0.4, 400],
	[tablesPart, 0.4, 300],
	[edgeFunctionsPart, 1, 300],
	[storagePart, 1, 300],
	[realtimePart, 1, 300],
])('$0.name: $0.what', async (part, share, least) => {
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
