import { parseArgs } from 'node:util';

export interface AttackOptions {
	seed: string;
	/** How many rounds each part makes; undefined takes the part's own number. */
	rounds: number | undefined;
	/** Goes on with further rounds of all parts until so many minutes have passed. */
	minutes: number | undefined;
	/** Names of parts; empty means all. */
	parts: string[];
}

/** Reads the command line. Throws an Error with a sentence for people. */
export function readOptions(args: string[]): AttackOptions {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			seed: { type: 'string' },
			rounds: { type: 'string' },
			minutes: { type: 'string' },
		},
	});
	return {
		seed: values.seed ?? String(Math.floor(Math.random() * 1e9)),
		rounds: positive('rounds', values.rounds),
		minutes: positive('minutes', values.minutes),
		parts: positionals,
	};
}

function positive(name: string, value: string | undefined): number | undefined {
	if (value === undefined) return undefined;
	const number = Number(value);
	if (!(number > 0)) throw new Error(`--${name} takes a number above 0.`);
	return number;
}
