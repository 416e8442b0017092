/** Days of a report, both counted, in the time zone of the settings: `2026-11-01`. */
export interface DayRange {
	from: string;
	to: string;
	/** How many days back from today, if it is one of the presets. */
	preset: Preset | null;
}

export const PRESETS = ['7', '30', '90', '365'] as const;
export type Preset = (typeof PRESETS)[number];
const DEFAULT: Preset = '30';

/** The database's own limit for a report. */
const MAX_DAYS = 1095;
const DAY = 86_400_000;

export type RangeProblem = 'date' | 'range';

/** The days in an address (`?days=7`, or `?from=…&to=…`); 30 days if it has none. */
export function readRange(
	query: URLSearchParams,
	today: string,
): { range: DayRange; problem: RangeProblem | null } {
	const from = query.get('from');
	const to = query.get('to');
	if (from === null && to === null) {
		const asked = PRESETS.find((preset) => preset === query.get('days')) ?? DEFAULT;
		return { range: presetRange(asked, today), problem: null };
	}
	const fallback = presetRange(DEFAULT, today);
	if (!isDay(from) || !isDay(to)) return { range: fallback, problem: 'date' };
	const range = { from, to, preset: null };
	const isPossible = from <= to && daysBetween(from, to) < MAX_DAYS;
	return isPossible ? { range, problem: null } : { range, problem: 'range' };
}

function presetRange(preset: Preset, today: string): DayRange {
	return { from: addDays(today, 1 - Number(preset)), to: today, preset };
}

/** The query that asks for these days again. */
export function rangeQuery({ from, to, preset }: DayRange): string {
	return new URLSearchParams(preset ? { days: preset } : { from, to }).toString();
}

/**
 * The limits of a report in the form that Postgres reads, because Postgres has the offsets of its time zones, with daylight
 * saving.
 */
export function rangeMoments(
	{ from, to }: DayRange,
	timeZone: string,
): { p_from: string; p_to: string } {
	return { p_from: `${from} 00:00:00 ${timeZone}`, p_to: `${addDays(to, 1)} 00:00:00 ${timeZone}` };
}

/** Today's date in a time zone; in UTC if only Postgres has the zone. */
export function todayIn(timeZone: string, now: number): string {
	try {
		return new Intl.DateTimeFormat('en-CA', { timeZone }).format(now);
	} catch {
		return new Date(now).toISOString().slice(0, 10);
	}
}

/** Every day of a range, also days without conversations. */
export function eachDay({ from, to }: Pick<DayRange, 'from' | 'to'>): string[] {
	return Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => addDays(from, index));
}

function addDays(day: string, count: number): string {
	return new Date(Date.parse(day) + count * DAY).toISOString().slice(0, 10);
}

const daysBetween = (from: string, to: string): number =>
	Math.round((Date.parse(to) - Date.parse(from)) / DAY);

/** Whether the date exists and is within the years that a calendar field offers. */
function isDay(text: string | null): text is string {
	if (text === null || !/^(19|20|21)\d{2}-\d{2}-\d{2}$/.test(text)) return false;
	const at = Date.parse(text);
	return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
