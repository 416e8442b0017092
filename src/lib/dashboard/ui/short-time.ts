import { strings } from '../strings/dashboard';

const time = new Intl.DateTimeFormat(strings.locale, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(strings.locale, { month: 'short', day: 'numeric' });
const date = new Intl.DateTimeFormat(strings.locale, { dateStyle: 'medium' });
const month = new Intl.DateTimeFormat(strings.locale, { month: 'long', year: 'numeric' });

/** A moment in as few characters as will do: `10:31 AM` today, `Nov 2` this year, `Nov 2, 2025` before. */
export function shortTime(iso: string, now: number): string {
	const at = new Date(iso);
	const today = new Date(now);
	if (at.toDateString() === today.toDateString()) return time.format(at);
	return (at.getFullYear() === today.getFullYear() ? day : date).format(at);
}

/** `November 2026` */
export const monthOf = (iso: string): string => month.format(new Date(iso));
