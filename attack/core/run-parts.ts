import type { Arena } from './arena';
import type { AttackOptions } from './options';
import type { AttackPart } from './part';
import { Random } from './random';
import { describeBreaches, Report } from './report';

/** The totals of all parts. */
export interface Outcome {
	passed: number;
	failed: number;
}

/** Runs parts one after another, round by round, and prints for each how many attacks it made. */
export async function runParts(
	parts: readonly AttackPart[],
	arena: Arena,
	options: AttackOptions,
	print: (line: string) => void,
): Promise<Outcome> {
	const outcome: Outcome = { passed: 0, failed: 0 };
	const deadline = options.minutes === undefined ? 0 : Date.now() + options.minutes * 60_000;
	for (let pass = 0; pass === 0 || Date.now() < deadline; pass++)
		for (const part of parts) {
			const report = await runPart(part, arena, options, pass, print);
			outcome.passed += report.held;
			outcome.failed += report.breaches.length;
		}
	return outcome;
}

async function runPart(
	part: AttackPart,
	arena: Arena,
	{ seed, rounds = part.rounds }: AttackOptions,
	pass: number,
	print: (line: string) => void,
): Promise<Report> {
	const report = new Report();
	const started = Date.now();
	for (let round = 0; round < rounds; round++) {
		const random = new Random(seed).fork(`${part.name}/${pass * rounds + round}`);
		try {
			await part.round({
				random,
				report,
				share: 1,
				stack: () => arena.stack(),
				site: () => arena.site(),
			});
		} catch (error) {
			const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
			report.note(`round ${round + 1}`, [`the round broke off: ${words}`]);
		}
	}
	const seconds = ((Date.now() - started) / 1000).toFixed(0);
	const mark = report.breaches.length === 0 ? '✓' : '✗';
	print(
		`${mark} ${part.name}: ${report.attacks} attacks (${part.what}), ${report.breaches.length} got through (${seconds} s)`,
	);
	if (report.breaches.length > 0) print(describeBreaches(report.breaches));
	return report;
}
