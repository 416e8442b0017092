export interface Round {
	measured: number[];
	limit: number[];
}

/** Two ways to take one sample, in milliseconds: of the product, and of its lower bound. */
export interface Pair {
	measured(): Promise<number>;
	limit(): Promise<number>;
}

/** Takes both in turn, sample by sample, so that a busy moment affects both. The first round is a warm-up. */
export async function interleave(
	{ measured, limit }: Pair,
	rounds: number,
	perRound: number,
): Promise<Round[]> {
	const all: Round[] = [];
	for (let round = 0; round <= rounds; round++) {
		const current: Round = { measured: [], limit: [] };
		for (let n = 0; n < perRound; n++) {
			current.measured.push(await measured());
			current.limit.push(await limit());
		}
		all.push(current);
	}
	return all.slice(1);
}

/** How long it takes until the work is done. */
export async function milliseconds(work: PromiseLike<unknown>): Promise<number> {
	const started = performance.now();
	await work;
	return performance.now() - started;
}
