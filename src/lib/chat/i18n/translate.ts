import type { ChatErrorCode } from '../errors';
import type { Catalogue, PluralKey, TextKey } from './en';

export type Values = Record<string, string | number>;

/** Texts of one language. */
export interface Translator {
	readonly locale: string;
	/** A plain sentence, `{name}` filled in. */
	text(key: TextKey, values?: Values): string;
	/** A sentence that depends on a count; `{count}` is written in the locale's digits. */
	plural(key: PluralKey, count: number, values?: Values): string;
	/** The sentence for an error code. */
	error(code: ChatErrorCode): string;
}

/** Replaces each `{name}` in a sentence by its value; a name without a value stays. */
export const fill = (sentence: string, values: Values): string =>
	sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

const isTextKey = (catalogue: Catalogue, key: string): key is TextKey =>
	Object.hasOwn(catalogue, key);

export function createTranslator(locale: string, catalogue: Catalogue): Translator {
	const rules = new Intl.PluralRules(locale);
	const number = new Intl.NumberFormat(locale);
	const local = (values: Values): Values =>
		Object.fromEntries(
			Object.entries(values).map(([k, v]) => [k, typeof v === 'number' ? number.format(v) : v]),
		);
	const text = (key: TextKey, values: Values = {}): string => fill(catalogue[key], local(values));
	return {
		locale,
		text,
		plural(key, count, values = {}) {
			const forms = catalogue[key];
			return fill(forms[rules.select(count)] ?? forms.other, local({ ...values, count }));
		},
		error(code) {
			const key = `error.${code}`;
			// Errors for agents only are in the dashboard's catalogue.
			return isTextKey(catalogue, key) ? text(key) : text('error.refused');
		},
	};
}
