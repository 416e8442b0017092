import type { Database } from '$lib/database.types';

export type SettingsRow = Database['public']['Tables']['support_settings']['Row'];
export type SettingsUpdate = Database['public']['Tables']['support_settings']['Update'];

/** One language's text, as it stands in a form. */
export interface LocaleText {
	locale: string;
	text: string;
}

/** The value of a field: text (numbers too, as typed), a switch, or texts by language. */
export type FieldValue = string | boolean | LocaleText[];
export type FormValues = Record<string, FieldValue>;

/** The text that stands in a field of a form. */
export function textIn(values: FormValues | undefined, name: string): string | null {
	const value = values?.[name];
	return typeof value === 'string' ? value : null;
}

/** A webhook as its form shows it. */
export const webhookValues = (webhook: {
	url: string;
	description: string;
	events: string[];
	enabled: boolean;
}): FormValues => ({
	url: webhook.url,
	description: webhook.description,
	events: webhook.events.toSorted().join(' '),
	enabled: webhook.enabled,
});

/** The result of a form. `problems` are sentences by field, `problem` one about the whole form. */
export interface FormResult {
	/** Which form of the page it was. */
	form: string;
	saved: boolean;
	values: FormValues;
	problems: Record<string, string>;
	problem: string | null;
	/** After a conflict: what is kept by now, which the next attempt may replace. */
	before?: FormValues;
}
