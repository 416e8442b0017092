import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { EMAIL_LOCALES, TEMPLATE_KINDS, templateFor } from '$lib/dashboard/settings/email';
import { noticeStrings } from '$lib/dashboard/strings/notices';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { readForm } from '$lib/server/http/read-form';
import { explainRefusal, FORBIDDEN } from '$lib/server/settings/answers';
import { textOf } from '$lib/server/settings/form-values';
import { saveChanges } from '$lib/server/settings/merge';
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
	const sent = await readForm(request);
	const names = ['kind', 'locale', 'subject', 'body'] as const;
	const typed = Object.fromEntries(names.map((name) => [name, textOf(sent, name)]));
	const parsed = templateSchema.safeParse(typed);
	if (!parsed.success) return refuse('template', typed, problemsOf(parsed.error));
	const { kind, locale } = parsed.data;
	const table = () => locals.supabase.from('support_email_templates');
	return saveChanges({
		...{ form: 'template', sent, typed },
		labels: { subject: noticeStrings.templates.subject, body: noticeStrings.templates.body },
		async read() {
			const rows = rowsOrThrow(await table().select().eq('kind', kind).eq('locale', locale));
			const { subject, body } = rows[0] ?? templateFor(kind, locale);
			return { row: rows[0] ?? null, values: { subject, body } };
		},
		gone: () => refuseFor('template', typed, FORBIDDEN),
		async write({ merged }, row) {
			const template = templateSchema.safeParse(merged);
			if (!template.success) return refuse('template', typed, problemsOf(template.error));
			const { subject, body } = template.data;
			const change = table().update({ subject, body }).eq('kind', kind).eq('locale', locale);
			const { data, error, status } = row
				? await change.eq('updated_at', row.updated_at).select('kind')
				: await table().insert(template.data).select('kind');
			// Someone else saved the first own text at the same time.
			if (error?.code === '23505') return null;
			if (error) return refuseFor('template', typed, explainRefusal(error, status));
			return data.length > 0 ? done('template') : null;
		},
	});
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
