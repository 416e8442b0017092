import type { ServerClock } from '../api/server-clock';

/** Times in words, in one locale and time zone, measured against the server's clock. */
export interface Times {
	/** `14:05` */
	time(iso: string): string;
	/** A day divider: `Today`, `Yesterday`, `Monday, January 29`, with the year if it is another one. */
	day(iso: string): string;
	/** Which local day it falls on, for grouping: `2026-11-21`. */
	dayKey(iso: string): string;
	/** Date and time in full, for `title` and screen readers. */
	full(iso: string): string;
}

export interface Formatter extends Times {
	/** `2 minutes ago`, `now`; never in the future. */
	relative(iso: string): string;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
	['year', 31_536_000],
	['month', 2_592_000],
	['week', 604_800],
	['day', 86_400],
	['hour', 3_600],
	['minute', 60],
];

export function createTimes(
	locale: string,
	clock: Pick<ServerClock, 'now'>,
	timeZone?: string,
): Times {
	const make = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
		new Intl.DateTimeFormat(locale, timeZone ? { ...options, timeZone } : options);
	const time = make({ hour: 'numeric', minute: '2-digit' });
	const day = make({ weekday: 'long', month: 'long', day: 'numeric' });
	const dayOfYear = make({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
	const full = make({ dateStyle: 'full', timeStyle: 'short' });
	const parts = new Intl.DateTimeFormat('en-CA', {
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
		...(timeZone ? { timeZone } : {}),
	});
	const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
	const capital = (word: string): string =>
		word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
	const parse = (iso: string): number => {
		const at = Date.parse(iso);
		return Number.isNaN(at) ? clock.now() : at;
	};
	const dayKey = (at: number): string => parts.format(at);
	// Calendar days, not spans of 24 hours: a day of 23 or 25 hours (DST) is one day.
	const daysAgo = (at: number): number =>
		Math.round((Date.parse(dayKey(clock.now())) - Date.parse(dayKey(at))) / 86_400_000);
	return {
		time: (iso) => time.format(parse(iso)),
		day(iso) {
			const at = Math.min(parse(iso), clock.now());
			const ago = daysAgo(at);
			if (ago <= 1) return capital(relative.format(-ago, 'day'));
			const sameYear = dayKey(at).slice(0, 4) === dayKey(clock.now()).slice(0, 4);
			return (sameYear ? day : dayOfYear).format(at);
		},
		dayKey: (iso) => dayKey(parse(iso)),
		full: (iso) => full.format(parse(iso)),
	};
}

export function createFormatter(
	locale: string,
	clock: Pick<ServerClock, 'now'>,
	timeZone?: string,
): Formatter {
	const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
	return {
		...createTimes(locale, clock, timeZone),
		relative(iso) {
			const at = Date.parse(iso);
			const seconds = Number.isNaN(at) ? 0 : Math.max(0, (clock.now() - at) / 1000);
			const unit = UNITS.find(([, length]) => seconds >= length);
			return unit
				? relative.format(-Math.floor(seconds / unit[1]), unit[0])
				: relative.format(0, 'second');
		},
	};
}
