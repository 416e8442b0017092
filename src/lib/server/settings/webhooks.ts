import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { webhookStrings } from '$lib/dashboard/strings/webhooks';
import { LIMITS } from '$lib/dashboard/settings/limits';
import type { FormValues } from '$lib/dashboard/settings/values';
import { readForm } from '../http/read-form';
import { answerOf, explainRefusal, refuseFor, type Answer, type Refusal } from './answers';
import { textOf, textsOf } from './form-values';
import { line, requiredLine } from './schemas';

/** Entered values of a webhook, not validated. */
export function typedWebhook(form: FormData): FormValues {
	const events = form.getAll('events').filter((event) => typeof event === 'string');
	return {
		...textsOf(form, ['id', 'url', 'description']),
		events: events.toSorted().join(' '),
		enabled: form.has('enabled'),
	};
}

/** A webhook in the format of the database, which checks its address. */
export const webhookSchema = z.object({
	url: requiredLine(LIMITS.webhookUrl),
	description: line(LIMITS.webhookDescription),
	events: z
		.string()
		.min(1, strings.codes.support_webhook_events_invalid)
		.transform((text) => text.split(' '))
		.refine((events) => events.every((event) => event in webhookStrings.eventNames), {
			error: strings.codes.support_webhook_events_invalid,
		}),
	enabled: z.boolean(),
});

/** The labels of a webhook's fields. */
export const webhookLabels: Record<string, string> = {
	url: webhookStrings.url,
	description: webhookStrings.description,
	events: webhookStrings.events,
	enabled: webhookStrings.enabled,
};

export const webhookId = z.guid();

/** The response if a form has no id of a webhook. */
export const NO_WEBHOOK: Refusal = {
	status: 404,
	field: null,
	sentence: strings.codes.support_webhook_not_found,
};

/** The action of a button: `run` gets the id in its form. */
export const webhookAction =
	(form: string, run: (supabase: App.Locals['supabase'], id: string) => PromiseLike<Answer>) =>
	async ({ request, locals }: RequestEvent) => {
		const id = webhookId.safeParse(textOf(await readForm(request), 'id')).data;
		return id
			? answerOf(form, {}, await run(locals.supabase, id))
			: refuseFor(form, {}, NO_WEBHOOK);
	};

export const testWebhook = webhookAction('test', (supabase, p_id) =>
	supabase.rpc('test_support_webhook', { p_id }),
);

/** As explainRefusal(), at the field of the error. */
export const explainWebhookRefusal: typeof explainRefusal = (error, status) => {
	const refusal = explainRefusal(error, status);
	const [, field = null] = /^support_webhook_(url|events|description)_/.exec(error.message) ?? [];
	return { ...refusal, field };
};
