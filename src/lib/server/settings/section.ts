import { error, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Database } from '$lib/database.types';
import { strings as common } from '$lib/dashboard/strings/dashboard';
import { SECTIONS, type SectionName } from '$lib/dashboard/settings/fields';
import type { FormResult, FormValues, SettingsRow } from '$lib/dashboard/settings/values';
import { logFault } from '../log';
import { readForm } from '../http/read-form';
import { answerOf, done, FORBIDDEN, refuse, refuseFor } from './answers';
import { storedValues, typedValues } from './form-values';
import { saveChanges } from './merge';
import { problemsOf, sectionSchemas } from './schemas';

/** The one row of settings. Throws an error page if it cannot be read. */
export async function readSettings(supabase: SupabaseClient<Database>): Promise<SettingsRow> {
	return rowsOrThrow(await supabase.from('support_settings').select().single());
}

/** The rows of a result; an error becomes an error page. */
export function rowsOrThrow<T>(answer: { data: T | null; error: unknown; status: number }): T {
	if (answer.data !== null) return answer.data;
	logFault(`Supabase answered ${answer.status}`, JSON.stringify(answer.error));
	error(503, { message: common.error.unreachable });
}

/** The values of a section in the format of its form. */
export async function loadSection(
	supabase: SupabaseClient<Database>,
	section: SectionName,
): Promise<FormValues> {
	return storedValues(await readSettings(supabase), SECTIONS[section]);
}

/** Saves the changes of a section: all of them, or nothing with a sentence at each invalid field. */
export async function saveSection(
	{ request, locals }: RequestEvent,
	section: SectionName,
): Promise<FormResult | ActionFailure<FormResult>> {
	const sent = await readForm(request);
	const fields = SECTIONS[section];
	const values = typedValues(sent, fields);
	const parsed = sectionSchemas[section].safeParse(values);
	if (!parsed.success) return refuse(section, values, problemsOf(parsed.error));
	let seen: number | null = null;
	return saveChanges({
		form: section,
		sent,
		typed: values,
		labels: Object.fromEntries(fields.map(({ name, label }) => [name, label])),
		async read() {
			const row = await readSettings(locals.supabase);
			return { row, values: storedValues(row, fields) };
		},
		gone: () => refuseFor(section, values, FORBIDDEN),
		async write({ changed }, { version }) {
			if (changed.length === 0) return done(section);
			// An update does not find a row that the user may not change.
			if (seen === version) return refuseFor(section, values, FORBIDDEN);
			seen = version;
			const columns: Partial<typeof parsed.data> = { ...parsed.data };
			for (const name of Object.keys(columns))
				if (!changed.includes(name)) Reflect.deleteProperty(columns, name);
			const answer = await locals.supabase
				.from('support_settings')
				.update(columns)
				.eq('id', true)
				.eq('version', version)
				.select('version');
			return answer.data?.length === 0 ? null : answerOf(section, values, answer);
		},
	});
}
