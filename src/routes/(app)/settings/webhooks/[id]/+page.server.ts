import { error } from '@sveltejs/kit';
import { z } from 'zod';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { rowsOrThrow } from '$lib/server/settings/section';
import { testWebhook, webhookAction, webhookId } from '$lib/server/settings/webhooks';
import type { Actions, PageServerLoad } from './$types';

const PAGE = 20;
const moment = z.iso.datetime({ offset: true });

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
	depends('support:webhooks');
	const id = webhookId.safeParse(params.id).data;
	if (!id) error(404, { message: strings.codes.support_webhook_not_found });
	const onlyFailed = url.searchParams.get('show') === 'failed';
	const before = moment.safeParse(url.searchParams.get('before')).data ?? null;
	let query = locals.supabase
		.from('support_webhook_deliveries')
		.select('id, event, payload, status, attempts, next_attempt_at, delivered_at, created_at')
		.eq('webhook_id', id)
		.order('created_at', { ascending: false })
		.limit(PAGE + 1);
	// A delivery that has succeeded since then has not failed.
	if (onlyFailed) query = query.neq('status', 'delivered').gt('attempts', 0);
	if (before) query = query.lt('created_at', before);
	const [webhook, found] = await Promise.all([
		locals.supabase.from('support_webhooks').select('id, url, enabled').eq('id', id).maybeSingle(),
		query,
	]);
	if (!webhook.error && !webhook.data)
		error(404, { message: strings.codes.support_webhook_not_found });
	const deliveries = rowsOrThrow(found);
	const shown = deliveries.slice(0, PAGE);
	const attempts = rowsOrThrow(
		await locals.supabase
			.from('support_webhook_attempts')
			.select('delivery_id, attempt, status_code, error, milliseconds, created_at')
			.in(
				'delivery_id',
				shown.map((delivery) => delivery.id),
			)
			.order('attempt', { ascending: false }),
	);
	return {
		title: strings.sections.webhooks,
		webhook: rowsOrThrow(webhook),
		deliveries: shown.map((delivery) => ({
			...delivery,
			tries: attempts.filter((attempt) => attempt.delivery_id === delivery.id),
		})),
		onlyFailed,
		before,
		older: deliveries.length > PAGE ? (shown.at(-1)?.created_at ?? null) : null,
	};
};

export const actions: Actions = {
	test: testWebhook,
	resend: webhookAction('resend', (supabase, p_id) =>
		supabase.rpc('resend_support_webhook_delivery', { p_id }),
	),
};
