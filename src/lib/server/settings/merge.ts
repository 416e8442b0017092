import { fail, type ActionFailure } from '@sveltejs/kit';
import { z } from 'zod';
import { settingsStrings } from '$lib/dashboard/strings/settings';
import type { FieldValue, FormResult, FormValues } from '$lib/dashboard/settings/values';
import {
	answerOf,
	refuse,
	refuseFor,
	type Answer,
	type explainRefusal,
	type Refusal,
} from './answers';
import { textOf } from './form-values';
import { problemsOf } from './schemas';

const strings = settingsStrings.conflict;
const localeText = z.object({ locale: z.string(), text: z.string() });
const formValues = z.record(z.string(), z.union([z.string(), z.boolean(), z.array(localeText)]));

/** The values that the form showed at first; null if missing or malformed. */
export function valuesBefore(form: FormData): FormValues | null {
	try {
		return formValues.safeParse(JSON.parse(textOf(form, 'before'))).data ?? null;
	} catch {
		return null;
	}
}

export interface Merge {
	/** The stored values, with the fields that this form changed. */
	merged: FormValues;
	/** The fields that differ from the stored values. */
	changed: string[];
	/** The fields that were changed in this form and, since then, by someone else. */
	conflicts: string[];
}

/** Merges one person's changes into the stored values. A field that both changed to the same value is no conflict. */
export function mergeChanges(before: FormValues, typed: FormValues, kept: FormValues): Merge {
	const names = Object.keys(kept).filter((name) => name in typed);
	const changed = names.filter(
		(name) => !isSame(typed[name], before[name]) && !isSame(typed[name], kept[name]),
	);
	const conflicts = changed.filter((name) => name in before && !isSame(before[name], kept[name]));
	const own = Object.fromEntries(changed.flatMap((name) => entry(typed, name)));
	return { merged: { ...typed, ...kept, ...own }, changed, conflicts };
}

function entry(values: FormValues, name: string): [string, FieldValue][] {
	const value = values[name];
	return value === undefined ? [] : [[name, value]];
}

const isSame = (one: FieldValue | undefined, other: FieldValue | undefined): boolean =>
	plain(one) === plain(other);

/** Without the spaces and line ends that saving removes. */
function plain(value: FieldValue | undefined): string {
	if (Array.isArray(value))
		return JSON.stringify(value.map(({ locale, text }) => [locale.trim(), plain(text)]).sort());
	return typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : String(value);
}

type Saved = FormResult | ActionFailure<FormResult>;

/** How often a save is repeated if another change was saved between reading and writing. */
const TRIES = 5;

/**
 * Merges the changes of a form into the stored values and saves them. If someone else has changed the same field,
 * nothing is saved, and the form returns as it was entered, with the stored value; saving it again then replaces that
 * value.
 *
 * @param options.read the stored values; null if the row no longer exists
 * @param options.write writes only if the row is still the one that was read; null if it is not
 */
export async function saveChanges<Row>(options: {
	form: string;
	sent: FormData;
	typed: FormValues;
	labels: Record<string, string>;
	read(): Promise<{ row: Row; values: FormValues } | null>;
	gone(): Saved;
	write(merge: Merge, row: Row): Promise<Saved | null>;
}): Promise<Saved> {
	const { form, sent, typed, labels } = options;
	let kept: FormValues = {};
	for (let tries = 0; tries < TRIES; tries++) {
		const found = await options.read();
		if (!found) return options.gone();
		kept = found.values;
		const merge = mergeChanges(valuesBefore(sent) ?? kept, typed, kept);
		if (merge.conflicts.length > 0) return conflict(form, typed, kept, merge.conflicts, labels);
		const saved = await options.write(merge, found.row);
		if (saved) return saved;
	}
	return conflict(form, typed, kept, [], labels);
}

/**
 * As saveChanges(), of a row of a table. `schema` parses the form as it was typed and, with the changes of others, as it
 * is written.
 *
 * @param options.write writes on the condition that the row is still the one that was read: no rows if it is not
 */
export async function saveRow<Parsed, Row>(options: {
	form: string;
	sent: FormData;
	typed: FormValues;
	labels: Record<string, string>;
	schema: z.ZodType<Parsed>;
	read(parsed: Parsed): Promise<{ row: Row; values: FormValues } | null>;
	gone: Refusal;
	write(parsed: Parsed, row: Row): PromiseLike<Answer & { data?: unknown }>;
	explain?: typeof explainRefusal;
}): Promise<Saved> {
	const { form, typed, schema } = options;
	const asTyped = schema.safeParse(typed);
	if (!asTyped.success) return refuse(form, typed, problemsOf(asTyped.error));
	return saveChanges({
		...options,
		read: () => options.read(asTyped.data),
		gone: () => refuseFor(form, typed, options.gone),
		async write({ merged }, row: Row) {
			const parsed = schema.safeParse(merged);
			if (!parsed.success) return refuse(form, typed, problemsOf(parsed.error));
			const answer = await options.write(parsed.data, row);
			const isOutdated = Array.isArray(answer.data) && answer.data.length === 0;
			// Somebody else inserted the row at the same moment.
			const isTaken = answer.error?.code === '23505';
			return isOutdated || isTaken ? null : answerOf(form, typed, answer, options.explain);
		},
	});
}

function conflict(
	form: string,
	values: FormValues,
	kept: FormValues,
	names: string[],
	labels: Record<string, string>,
) {
	const problems = Object.fromEntries(
		names.map((name) => [name, strings.field(shown(kept[name]))]),
	);
	const listed = names.map((name) => strings.named(labels[name] ?? name, shown(kept[name])));
	const problem = strings.form(listed);
	return fail(409, { form, saved: false, values, problems, problem, before: kept });
}

function shown(value: FieldValue | undefined): string {
	if (typeof value === 'boolean') return value ? strings.on : strings.off;
	const text = Array.isArray(value)
		? value.map((one) => `${one.locale}: ${one.text}`).join(' · ')
		: (value ?? '');
	return text === '' ? strings.empty : text;
}
