import type { Round } from './interleave';
import { describeSamples, percentile, ratios } from './statistics';

/** One table: each measurement with its limit below it, and how many times the limit it takes. */
export function printRounds(rows: { name: string; limitName: string; rounds: Round[] }[]): void {
	const table: Record<string, Record<string, string>> = {};
	for (const { name, limitName, rounds } of rows) {
		const [measured, limit] = [
			rounds.flatMap((round) => round.measured),
			rounds.flatMap((round) => round.limit),
		];
		const perRound = ratios(rounds);
		const at = (share: number): string => `× ${percentile(perRound, share).toFixed(1)}`;
		table[name] = {
			...describeSamples(measured),
			'of limit, p50': `× ${(percentile(measured, 0.5) / percentile(limit, 0.5)).toFixed(1)}`,
			'per round': `${at(0)} to ${at(1)}`,
		};
		table[`  limit of “${name}”: ${limitName}`] = describeSamples(limit);
	}
	console.table(table);
}
