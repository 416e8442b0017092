/** The schedule of a job: an interval in seconds, or the minutes that a cron expression matches (UTC, as on hosted). */
export type Schedule =
	{ kind: 'interval'; seconds: number } | { kind: 'cron'; matches(minute: Date): boolean };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const INTERVAL = /^([1-9]|[1-5]\d)\s+seconds?$/i;
const PART = /^(?:(\*)|([a-z]{3}|\d{1,2})(?:-([a-z]{3}|\d{1,2}))?)(?:\/(\d{1,2}))?$/;

/**
 * Reads a schedule as pg_cron does: `30 seconds`, or five cron fields where `$` is the last day of the month.
 * Returns null if it is not valid.
 */
export function parseSchedule(text: string): Schedule | null {
	const trimmed = text.trim();
	const interval = INTERVAL.exec(trimmed);
	if (interval) return { kind: 'interval', seconds: Number(interval[1]) };

	const [minute, hour, day, month, weekday, ...rest] = trimmed.toLowerCase().split(/\s+/);
	if (!minute || !hour || !day || !month || !weekday || rest.length > 0) return null;
	const minutes = parseField(minute, 0, 59);
	const hours = parseField(hour, 0, 23);
	const days = day === '$' ? 'last' : parseField(day, 1, 31);
	const months = parseField(month, 1, 12, MONTHS);
	const weekdays = parseField(weekday, 0, 7, DAYS);
	if (!minutes || !hours || !days || !months || !weekdays) return null;
	if (weekdays.has(7)) weekdays.add(0);

	const dayMatches = (date: Date): boolean =>
		days === 'last' ? isLastDayOfMonth(date) : days.has(date.getUTCDate());
	// As in Vixie cron, if both days are restricted, either of them is enough.
	const either = !day.startsWith('*') && !weekday.startsWith('*');
	return {
		kind: 'cron',
		matches(date) {
			if (!minutes.has(date.getUTCMinutes()) || !hours.has(date.getUTCHours())) return false;
			if (!months.has(date.getUTCMonth() + 1)) return false;
			const byWeekday = weekdays.has(date.getUTCDay());
			return either ? dayMatches(date) || byWeekday : dayMatches(date) && byWeekday;
		},
	};
}

function parseField(
	field: string,
	low: number,
	high: number,
	names: string[] = [],
): Set<number> | null {
	const values = new Set<number>();
	for (const part of field.split(',')) {
		const match = PART.exec(part);
		if (!match) return null;
		const step = match[4] === undefined ? 1 : Number(match[4]);
		const from = match[1] ? low : toNumber(match[2], low, names);
		// "5/10" starts at five and continues to the end, "5" is five alone.
		const open = match[1] !== undefined || (match[4] !== undefined && match[3] === undefined);
		const to = open ? high : toNumber(match[3] ?? match[2], low, names);
		if (step < 1 || !(from >= low) || !(to <= high) || !(from <= to)) return null;
		for (let value = from; value <= to; value += step) values.add(value);
	}
	return values;
}

function toNumber(text: string | undefined, low: number, names: string[]): number {
	if (text === undefined) return Number.NaN;
	const index = names.indexOf(text);
	return index >= 0 ? index + low : Number(text);
}

function isLastDayOfMonth(date: Date): boolean {
	const tomorrow = new Date(date);
	tomorrow.setUTCDate(date.getUTCDate() + 1);
	return tomorrow.getUTCDate() === 1;
}
