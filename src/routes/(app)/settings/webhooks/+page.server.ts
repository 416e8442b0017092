import type { RequestEvent } from '@sveltejs/kit';
import { webhookValues } from '$lib/dashboard/settings/values';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { readForm } from '$lib/server/http/read-form';
import { explainRefusal } from '$lib/server/settings/answers';
import { textOf } from '$lib/server/settings/form-values';
import { saveChanges } from '$lib/server/settings/merge';
import { problemsOf } from '$lib/server/settings/schemas';
import { done, refuse, refuseFor, rowsOrThrow } from '$lib/server/settings/section';
import {
	explainWebhookRefusal,
	NO_WEBHOOK,
	typedWebhook,
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

export const actions: Actions = { add, change, rotate, test, remove };

/** Only this response has the secret. */
async function add({ request, locals }: RequestEvent) {
	const typed = typedWebhook(await readForm(request));
	const parsed = webhookSchema.safeParse(typed);
	if (!parsed.success) return refuse('webhook-new', typed, problemsOf(parsed.error));
	const { url, events, description } = parsed.data;
	const answer = await locals.supabase
		.rpc('create_support_webhook', { p_url: url, p_events: events, p_description: description })
		.single();
	if (answer.error)
		return refuseFor('webhook-new', typed, explainWebhookRefusal(answer.error, answer.status));
	return { ...done('webhook-new'), secret: answer.data.secret, url };
}

/** Its form is named `webhook-<id>`. */
async function change({ request, locals }: RequestEvent) {
	const sent = await readForm(request);
	const typed = typedWebhook(sent);
	const id = webhookId.safeParse(typed.id).data;
	if (!id) return refuseFor('change', typed, NO_WEBHOOK);
	const form = `webhook-${id}`;
	const parsed = webhookSchema.safeParse(typed);
	if (!parsed.success) return refuse(form, typed, problemsOf(parsed.error));
	const table = () => locals.supabase.from('support_webhooks');
	return saveChanges({
		...{ form, sent, typed, labels: webhookLabels },
		async read() {
			const columns = 'url, description, events, enabled, updated_at';
			const found = rowsOrThrow(await table().select(columns).eq('id', id));
			return found[0] ? { row: found[0], values: webhookValues(found[0]) } : null;
		},
		gone: () => refuseFor(form, typed, NO_WEBHOOK),
		async write({ merged }, { updated_at }) {
			const webhook = webhookSchema.safeParse(merged);
			if (!webhook.success) return refuse(form, typed, problemsOf(webhook.error));
			const { data, error, status } = await table()
				.update(webhook.data)
				.eq('id', id)
				.eq('updated_at', updated_at)
				.select('id');
			if (error) return refuseFor(form, typed, explainWebhookRefusal(error, status));
			return data.length > 0 ? done(form) : null;
		},
	});
}

async function rotate({ request, locals }: RequestEvent) {
	const form = await readForm(request);
	const id = webhookId.safeParse(textOf(form, 'id')).data;
	if (!id) return refuseFor('rotate', {}, NO_WEBHOOK);
	const answer = await locals.supabase.rpc('rotate_support_webhook_secret', { p_id: id });
	if (answer.error) return refuseFor('rotate', {}, explainRefusal(answer.error, answer.status));
	return { ...done('rotate'), secret: answer.data, url: textOf(form, 'url') };
}

async function test({ request, locals }: RequestEvent) {
	const id = webhookId.safeParse(textOf(await readForm(request), 'id')).data;
	if (!id) return refuseFor('test', {}, NO_WEBHOOK);
	const answer = await locals.supabase.rpc('test_support_webhook', { p_id: id });
	if (answer.error) return refuseFor('test', {}, explainRefusal(answer.error, answer.status));
	return done('test');
}

async function remove({ request, locals }: RequestEvent) {
	const id = webhookId.safeParse(textOf(await readForm(request), 'id')).data;
	if (!id) return refuseFor('remove', {}, NO_WEBHOOK);
	const answer = await locals.supabase.from('support_webhooks').delete().eq('id', id).select('id');
	if (answer.error) return refuseFor('remove', {}, explainRefusal(answer.error, answer.status));
	return done('remove');
}
