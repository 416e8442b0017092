/** The language of the dashboard. */
export const LOCALE = 'en';

const plural = new Intl.PluralRules(LOCALE);

/** Formats a number in the language of the dashboard: `1,234`. */
export const number = new Intl.NumberFormat(LOCALE);

/** A count with its noun: `1 message`, `1,234 messages`. */
export const counted = (count: number, one: string, other: string): string =>
	`${number.format(count)} ${plural.select(count) === 'one' ? one : other}`;
