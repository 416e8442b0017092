import type { RequestEvent } from '@sveltejs/kit';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { SECTIONS } from '$lib/dashboard/settings/fields';
import { readForm } from '$lib/server/http/read-form';
import { answerOf, done, refuse } from '$lib/server/settings/answers';
import { storedValues, textOf } from '$lib/server/settings/form-values';
import { noticeFilter, readMailLog, readNotices } from '$lib/server/settings/notices';
import { isEmailAddress } from '$lib/server/settings/schemas';
import { readSettings, saveSection } from '$lib/server/settings/section';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	// The page loads again while a notice is being sent.
	depends('support:notices');
	const filter = noticeFilter(url);
	const [settings, list, log] = await Promise.all([
		readSettings(locals.supabase),
		readNotices(locals.supabase, filter),
		readMailLog(locals.supabase),
	]);
	return {
		title: strings.sections.notifications,
		values: storedValues(settings, SECTIONS.notifications),
		ownAddress: locals.user?.email ?? '',
		problem: settings.email_problem,
		problemAt: settings.email_problem_at,
		facts: {
			...log,
			enabled: settings.notify_new_conversation,
			addresses: settings.notification_emails.length,
			sender: settings.email_from,
			problem: settings.email_problem,
		},
		filter,
		...list,
	};
};

export const actions: Actions = {
	save: (event) => saveSection(event, 'notifications'),
	test: sendTest,
};

/** Sends a test email to the entered address, or to the caller's own; returns the id of the new notice as a value. */
async function sendTest({ request, locals }: RequestEvent) {
	const to = textOf(await readForm(request), 'to').trim();
	if (to !== '' && !isEmailAddress(to))
		return refuse('test', { to }, { to: strings.codes.support_email_address_invalid });
	const answer = await locals.supabase.rpc(
		'send_support_test_email',
		to === '' ? {} : { p_to: to },
	);
	return answer.error
		? answerOf('test', { to }, answer)
		: { ...done('test'), values: { id: answer.data } };
}
