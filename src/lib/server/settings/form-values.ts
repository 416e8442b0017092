import type { SettingField } from '$lib/dashboard/settings/fields';
import { secondsOf } from '$lib/dashboard/settings/span';
import type {
	FieldValue,
	FormValues,
	LocaleText,
	SettingsRow,
} from '$lib/dashboard/settings/values';
import { z } from 'zod';

/** Raw form values, field by field, not validated. A file instead of a text is ignored. */
export function typedValues(form: FormData, fields: readonly SettingField[]): FormValues {
	return Object.fromEntries(fields.map((field) => [field.name, typedValue(form, field)]));
}

function typedValue(form: FormData, { kind, name }: SettingField): FieldValue {
	if (kind === 'switch') return form.has(name);
	if (kind === 'checks') return form.getAll(name).map(asText).join(', ');
	if (kind !== 'texts') return textOf(form, name);
	const texts = form.getAll(`${name}.text`);
	return form.getAll(`${name}.locale`).map((locale, index) => ({
		locale: asText(locale),
		text: asText(texts[index]).replaceAll('\r\n', '\n'),
	}));
}

/** One text field of a form. */
export const textOf = (form: FormData, name: string): string => asText(form.get(name));

/** Several text fields of a form. */
export const textsOf = (form: FormData, names: readonly string[]): Record<string, string> =>
	Object.fromEntries(names.map((name) => [name, textOf(form, name)]));

const asText = (value: FormDataEntryValue | null | undefined): string =>
	typeof value === 'string' ? value : '';

/** The stored values in the format of the form's fields. */
export function storedValues(
	row: Partial<SettingsRow>,
	fields: readonly SettingField[],
): FormValues {
	return Object.fromEntries(fields.map((field) => [field.name, storedValue(row, field)]));
}

function storedValue(row: Partial<SettingsRow>, field: SettingField): FieldValue {
	const value = row[field.name];
	if (field.kind === 'texts') return byLocale(value);
	if (field.kind === 'list' || field.kind === 'checks') return list.parse(value).join(', ');
	if (typeof value === 'boolean') return value;
	if (typeof value === 'number') return String(value);
	if (typeof value !== 'string') return '';
	return field.kind === 'span' ? spanOf(value, field.unit) : value;
}

function spanOf(interval: string, unit: 'minutes' | 'seconds'): string {
	const seconds = secondsOf(interval);
	if (seconds === null) return '';
	return String(Math.round((seconds / (unit === 'minutes' ? 60 : 1)) * 1000) / 1000);
}

const list = z.array(z.string()).catch([]);
const texts = z.record(z.string(), z.string()).catch({});

function byLocale(value: unknown): LocaleText[] {
	return Object.entries(texts.parse(value)).map(([locale, text]) => ({ locale, text }));
}
