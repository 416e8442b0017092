import { z } from 'zod';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { webhookStrings } from '$lib/dashboard/strings/webhooks';
import { LIMITS } from '$lib/dashboard/settings/limits';
import type { FormValues } from '$lib/dashboard/settings/values';
import { explainRefusal, type Refusal } from './answers';
import { textOf } from './form-values';
import { line, requiredLine } from './schemas';

/** Entered values of a webhook, not validated. */
export function typedWebhook(form: FormData): FormValues {
	const events = form.getAll('events').filter((event) => typeof event === 'string');
	return {
		id: textOf(form, 'id'),
		url: textOf(form, 'url'),
		description: textOf(form, 'description'),
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

const unknown: Refusal = {
	status: 404,
	field: null,
	sentence: strings.codes.support_webhook_not_found,
};
/** The response if a form has no id of a webhook. */
export const NO_WEBHOOK = unknown;

type DatabaseError = Parameters<typeof explainRefusal>[0];

/** As explainRefusal(), at the field of the error. */
export function explainWebhookRefusal(error: DatabaseError, status: number): Refusal {
	const refusal = explainRefusal(error, status);
	const [, field = null] = /^support_webhook_(url|events|description)_/.exec(error.message) ?? [];
	return { ...refusal, field };
}
