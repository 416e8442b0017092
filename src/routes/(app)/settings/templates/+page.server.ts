import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { EMAIL_LOCALES, TEMPLATE_KINDS, templateFor } from '$lib/dashboard/settings/email';
import { noticeStrings } from '$lib/dashboard/strings/notices';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { readForm } from '$lib/server/http/read-form';
import { answerOfRemoval, FORBIDDEN } from '$lib/server/settings/answers';
import { textOf, textsOf } from '$lib/server/settings/form-values';
import { saveRow } from '$lib/server/settings/merge';
import { readSettings, rowsOrThrow } from '$lib/server/settings/section';
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
	const table = () => locals.supabase.from('support_email_templates');
	return saveRow({
		...{ form: 'template', sent, schema: templateSchema },
		typed: textsOf(sent, ['kind', 'locale', 'subject', 'body']),
		labels: { subject: noticeStrings.templates.subject, body: noticeStrings.templates.body },
		async read({ kind, locale }) {
			const [row] = rowsOrThrow(await table().select().eq('kind', kind).eq('locale', locale));
			const { subject, body } = row ?? templateFor(kind, locale);
			return { row, values: { subject, body } };
		},
		gone: FORBIDDEN,
		write({ kind, locale, subject, body }, row) {
			if (!row) return table().insert({ kind, locale, subject, body }).select('kind');
			const change = table().update({ subject, body }).eq('kind', kind).eq('locale', locale);
			return change.eq('updated_at', row.updated_at).select('kind');
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
	return answerOfRemoval('reset', locals, answer);
}
