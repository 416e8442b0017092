import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { EMAIL_LOCALES, TEMPLATE_KINDS } from '$lib/dashboard/email';
import { settingsStrings as strings } from '$lib/dashboard/settings-strings';
import { readForm } from '$lib/server/read-form';
import { explainRefusal, FORBIDDEN } from '$lib/server/settings/database-words';
import { textOf } from '$lib/server/settings/form-values';
import { problemsOf } from '$lib/server/settings/schemas';
import { done, readSettings, refuse, refuseFor, rowsOrThrow } from '$lib/server/settings/section';
import { templateSchema } from '$lib/server/settings/templates';
import type { Actions, PageServerLoad } from './$types';

const which = z.object({
	kind: z.enum(TEMPLATE_KINDS).catch('user_reply'),
	locale: z.enum(EMAIL_LOCALES).catch('en'),
});

export const load: PageServerLoad = async ({ locals, url }) => {
	const [settings, templates] = await Promise.all([
		readSettings(locals.supabase),
		locals.supabase.from('support_email_templates').select('kind, locale, subject, body'),
	]);
	const { kind, locale } = which.parse(Object.fromEntries(url.searchParams));
	const own = rowsOrThrow(templates);
	return {
		title: strings.sections.templates,
		appName: settings.app_name,
		kind,
		locale,
		own: own.find((one) => one.kind === kind && one.locale === locale) ?? null,
	};
};

export const actions: Actions = { save, reset };

async function save({ request, locals }: RequestEvent) {
	const form = await readForm(request);
	const names = ['kind', 'locale', 'subject', 'body'] as const;
	const typed = Object.fromEntries(names.map((name) => [name, textOf(form, name)]));
	const parsed = templateSchema.safeParse(typed);
	if (!parsed.success) return refuse('template', typed, problemsOf(parsed.error));
	const { kind, locale, subject, body } = parsed.data;
	const table = locals.supabase.from('support_email_templates');
	let answer = await table
		.update({ subject, body })
		.eq('kind', kind)
		.eq('locale', locale)
		.select('kind');
	if (answer.data?.length === 0) answer = await table.insert(parsed.data).select('kind');
	if (answer.error)
		return refuseFor('template', typed, explainRefusal(answer.error, answer.status));
	return done('template');
}

async function reset({ request, locals }: RequestEvent) {
	const form = await readForm(request);
	const answer = await locals.supabase
		.from('support_email_templates')
		.delete()
		.eq('kind', textOf(form, 'kind'))
		.eq('locale', textOf(form, 'locale'));
	if (answer.error) return refuseFor('reset', {}, explainRefusal(answer.error, answer.status));
	return locals.agent?.role === 'admin' ? done('reset') : refuseFor('reset', {}, FORBIDDEN);
}
