import type { RequestEvent } from '@sveltejs/kit';
import { webhookValues } from '$lib/dashboard/settings/values';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { readForm } from '$lib/server/http/read-form';
import { answerOf, done, refuse, refuseFor } from '$lib/server/settings/answers';
import { textOf } from '$lib/server/settings/form-values';
import { saveRow } from '$lib/server/settings/merge';
import { problemsOf } from '$lib/server/settings/schemas';
import { rowsOrThrow } from '$lib/server/settings/section';
import {
	explainWebhookRefusal,
	NO_WEBHOOK,
	testWebhook,
	typedWebhook,
	webhookAction,
	webhookId,
	webhookLabels,
	webhookSchema,
} from '$lib/server/settings/webhooks';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, depends }) => {
	depends('support:webhooks');
	const webhooks = await locals.supabase
		.from('support_webhooks')
		.select(
			'id, url, description, events, enabled, disabled_reason, failing_since, last_delivered_at, last_error',
		)
		.order('created_at');
	return { title: strings.sections.webhooks, webhooks: rowsOrThrow(webhooks) };
};

export const actions: Actions = {
	add,
	change,
	rotate,
	test: testWebhook,
	remove: webhookAction('remove', (supabase, id) =>
		supabase.from('support_webhooks').delete().eq('id', id),
	),
};

/** Only this response has the secret. */
async function add({ request, locals }: RequestEvent) {
	const form = 'webhook-new';
	const typed = typedWebhook(await readForm(request));
	const parsed = webhookSchema.safeParse(typed);
	if (!parsed.success) return refuse(form, typed, problemsOf(parsed.error));
	const { url, events, description } = parsed.data;
	const answer = await locals.supabase
		.rpc('create_support_webhook', { p_url: url, p_events: events, p_description: description })
		.single();
	if (answer.error) return answerOf(form, typed, answer, explainWebhookRefusal);
	return { ...done(form), secret: answer.data.secret, url };
}

/** Its form is named `webhook-<id>`. */
async function change({ request, locals }: RequestEvent) {
	const sent = await readForm(request);
	const typed = typedWebhook(sent);
	const id = webhookId.safeParse(typed.id).data;
	if (!id) return refuseFor('change', typed, NO_WEBHOOK);
	const table = () => locals.supabase.from('support_webhooks');
	return saveRow({
		...{ form: `webhook-${id}`, sent, typed, labels: webhookLabels, schema: webhookSchema },
		async read() {
			const columns = 'url, description, events, enabled, updated_at';
			const [row] = rowsOrThrow(await table().select(columns).eq('id', id));
			return row ? { row, values: webhookValues(row) } : null;
		},
		gone: NO_WEBHOOK,
		write: (webhook, { updated_at }) =>
			table().update(webhook).eq('id', id).eq('updated_at', updated_at).select('id'),
		explain: explainWebhookRefusal,
	});
}

async function rotate({ request, locals }: RequestEvent) {
	const form = await readForm(request);
	const id = webhookId.safeParse(textOf(form, 'id')).data;
	if (!id) return refuseFor('rotate', {}, NO_WEBHOOK);
	const answer = await locals.supabase.rpc('rotate_support_webhook_secret', { p_id: id });
	if (answer.error) return answerOf('rotate', {}, answer);
	return { ...done('rotate'), secret: answer.data, url: textOf(form, 'url') };
}
