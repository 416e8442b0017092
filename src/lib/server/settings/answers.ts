import { fail } from '@sveltejs/kit';
import type { PostgrestError } from '@supabase/supabase-js';
import type { FormResult, FormValues } from '$lib/dashboard/settings/values';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { logFault } from '../log';

const { problem } = strings;
const codes: Record<string, string> = strings.codes;

/** The database's rejection: a sentence, its field (if any), and the response status. */
export interface Refusal {
	status: number;
	field: string | null;
	sentence: string;
}

export const FORBIDDEN: Refusal = { status: 403, field: null, sentence: problem.forbidden };

type DatabaseError = Pick<PostgrestError, 'code' | 'message' | 'details'> & {
	/** For a limit: the seconds to wait. */
	hint?: string | null;
};

/** Turns an error of a write into a sentence; an unexpected error is logged and gets a general sentence. */
export function explainRefusal(error: DatabaseError, status: number): Refusal {
	const { code, message } = error;
	if (message === 'support_time_zone_unknown')
		return { status: 400, field: 'time_zone', sentence: problem.timeZone };
	const known = codes[message];
	if (known) return { status, field: null, sentence: known };
	const wait = Number(error.hint ?? '');
	if (status === 429) return { status, field: null, sentence: problem.tooOften(wait || 60) };
	if (message === 'support_forbidden' || code === '42501') return FORBIDDEN;
	if (status === 401) return { status, field: null, sentence: problem.signedOut };
	if (code === '23514')
		return { status: 400, field: columnOf(message), sentence: problem.refused(message) };
	if (/^22/.test(code)) return { status: 400, field: null, sentence: problem.refused(message) };
	logFault(`Supabase answered ${status} (${code}) to a change of the settings`, message);
	if (status === 0 || status >= 500)
		return { status: 503, field: null, sentence: problem.unreachable };
	return { status: 400, field: null, sentence: problem.unexpected };
}

/** `… violates check constraint "support_settings_app_name_check"` → `app_name` */
function columnOf(message: string): string | null {
	return (
		/constraint "support_(?:settings|assignment_rules|schedules)_(\w+?)_check\d*"/.exec(
			message,
		)?.[1] ?? null
	);
}

/** The response of a form after success. */
export const done = (form: string): FormResult => ({
	form,
	saved: true,
	values: {},
	problems: {},
	problem: null,
});

/** Rejects the entered values, and returns them with a sentence for each field. */
export const refuse = (form: string, values: FormValues, problems: Record<string, string>) =>
	fail(400, { form, saved: false, values, problems, problem: problem.check });

/** Returns the database's error: at its field, or for the whole form. */
export function refuseFor(form: string, values: FormValues, refusal: Refusal) {
	const { status, field, sentence } = refusal;
	const problems: Record<string, string> = field === null ? {} : { [field]: sentence };
	const about = field === null ? sentence : problem.check;
	return fail(status, { form, saved: false, values, problems, problem: about });
}

/** The result of a write as the Supabase client gives it. */
export interface Answer {
	error: DatabaseError | null;
	status: number;
}

/** Done, or why the database refused it. */
export const answerOf = (
	form: string,
	values: FormValues,
	{ error, status }: Answer,
	explain = explainRefusal,
) => (error ? refuseFor(form, values, explain(error, status)) : done(form));

/** As answerOf(), of a removal. Where nothing may be removed, the database finds no row and reports no error. */
export const answerOfRemoval = (form: string, { agent }: App.Locals, answer: Answer) =>
	!answer.error && agent?.role !== 'admin'
		? refuseFor(form, {}, FORBIDDEN)
		: answerOf(form, {}, answer);
