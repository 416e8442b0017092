/** The value below which `share` (0…1) of the samples lie, by the nearest rank. */
export function percentile(samples: number[], share: number): number {
	if (samples.length === 0) throw new Error('No samples.');
	const sorted = [...samples].sort((a, b) => a - b);
	const rank = Math.max(1, Math.ceil(share * sorted.length));
	return sorted[rank - 1] ?? NaN;
}

/** A line of the table: milliseconds at p50, p95, p99 and the slowest. */
export function describeSamples(samples: number[]): Record<string, string> {
	const ms = (share: number): string => percentile(samples, share).toFixed(2);
	return {
		n: String(samples.length),
		'p50 ms': ms(0.5),
		'p95 ms': ms(0.95),
		'p99 ms': ms(0.99),
		'max ms': ms(1),
	};
}

/** Ratios of one round each, at p50: noise that affects a whole round cancels out. */
export function ratios(rounds: { measured: number[]; limit: number[] }[]): number[] {
	return rounds.map(({ measured, limit }) => percentile(measured, 0.5) / percentile(limit, 0.5));
}
