const UNITS: Record<string, number> = { year: 31_557_600, mon: 2_592_000, day: 86_400 };

/**
 * Seconds of a Postgres interval as the API writes it: `00:05:00`, `1 day`, `1 day 02:00:00`, `00:00:02.5`.
 * @returns null for what is no such interval
 */
export function secondsOf(interval: string): number | null {
	let seconds = 0;
	for (const [, amount, unit, clock] of interval.matchAll(
		/(-?\d+) (year|mon|day)s?|(-?\d+:\d{2}:\d{2}(?:\.\d+)?)/g,
	)) {
		if (clock) {
			const [hours = 0, minutes = 0, rest = 0] = clock.replace('-', '').split(':').map(Number);
			seconds += (clock.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + rest);
		} else seconds += Number(amount) * (UNITS[unit ?? ''] ?? 0);
	}
	return /\d/.test(interval) && isWhole(interval) ? seconds : null;
}

/** Whether the text has only parts that were counted. */
function isWhole(interval: string): boolean {
	return /^\s*((-?\d+ (years?|mons?|days?)|-?\d+:\d{2}:\d{2}(\.\d+)?)\s*)+$/.test(interval);
}
