import { checkFile, type FileVerdict } from '../../supabase/functions/_shared/files/check-file.ts';
import { ENDINGS } from '../../supabase/functions/_shared/files/file-types.ts';
import { growingFiles } from '../../supabase/functions/_shared/files/testing/growing-files.ts';
import { hostileFiles } from '../../supabase/functions/_shared/files/testing/hostile-files.ts';
import {
	mutatedFiles,
	type MutatedFile,
} from '../../supabase/functions/_shared/files/testing/mutated-files.ts';
import type { Attack, AttackPart } from '../core/part';

/** Mutated files in one round. */
const FILES = 8_000;
/** The time that an Edge Function has for one request. */
const MOST_CPU_MS = 2_000;
/** Twice the parts may take twice the time, plus half for a busy machine. */
const MOST_RATIO = 3;
/** Below this, the processor's clock is too coarse. */
const LEAST_CPU_MS = 20;

/** The check of files: mutated and hostile files, and files that are made to take long. */
export const filesPart: AttackPart = {
	name: 'files',
	what: 'mutated and hostile files; kinds of files that grow, doubled',
	rounds: 1,
	async round(attack) {
		const seed = attack.random.integer(0, 2 ** 31);
		for (const file of mutatedFiles(seed, FILES)) attackWith(attack, file, `seed ${seed}`);
		for (const { what, bytes, type, ending } of hostileFiles)
			if (isChecked(type)) attackWith(attack, { bytes, type, isHostile: true }, what, ending);
		for (const { what, make, type } of growingFiles) double(attack, what, make, type);
	},
};

function isChecked(type: string): type is MutatedFile['type'] {
	return type in ENDINGS;
}

function check(
	bytes: Uint8Array,
	type: MutatedFile['type'],
	ending: string = ENDINGS[type][0],
): FileVerdict {
	return checkFile({
		...{ bytes, claimedType: type, storedType: type, name: `x.${ending}` },
		maxBytes: 50 * 1024 * 1024,
	});
}

/** No file crashes the check, no hostile one passes it, and none takes longer than the time limit. */
function attackWith(
	{ report }: Attack,
	{ bytes, type, isHostile }: MutatedFile,
	from: string,
	ending?: string,
): void {
	const problems: string[] = [];
	const started = process.cpuUsage();
	try {
		const { accepted } = check(bytes, type, ending);
		if (accepted && isHostile) problems.push('false accept');
	} catch (error) {
		problems.push(`crash: ${String(error)}`);
	}
	if (milliseconds(started) > MOST_CPU_MS) problems.push(`takes ${milliseconds(started)} ms`);
	const shown = Buffer.from(bytes.subarray(0, 600)).toString('base64');
	report.note(`${type} (${from}), base64 ${shown}`, problems);
}

/** A file of twice the length takes at most about twice the time. */
function double(
	{ random, report }: Attack,
	what: string,
	make: (n: number) => Uint8Array,
	type: MutatedFile['type'],
): void {
	const n = random.integer(5_000, 20_000);
	const [once, twice] = [make(n), make(2 * n)];
	const [first, second] = [leastTime(once, type), leastTime(twice, type)];
	const ratio = second / Math.max(first, LEAST_CPU_MS);
	report.note(`${what}, ${n} and ${2 * n} parts`, [
		...(ratio > MOST_RATIO ? [`takes ${first} ms, and doubled ${second} ms`] : []),
		...(second > MOST_CPU_MS ? [`takes ${second} ms`] : []),
	]);
}

/** The fastest of several runs: the others were disturbed. */
function leastTime(bytes: Uint8Array, type: MutatedFile['type']): number {
	const times = Array.from({ length: 3 }, () => {
		const started = process.cpuUsage();
		check(bytes, type);
		return milliseconds(started);
	});
	return Math.min(...times);
}

function milliseconds(started: NodeJS.CpuUsage): number {
	const { user, system } = process.cpuUsage(started);
	return (user + system) / 1000;
}
