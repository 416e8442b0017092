import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { readForm } from '$lib/server/http/read-form';
import { explainRefusal, FORBIDDEN } from '$lib/server/settings/answers';
import { textOf } from '$lib/server/settings/form-values';
import { saveChanges } from '$lib/server/settings/merge';
import { ruleLabels, ruleSchema, storedRule, typedRule } from '$lib/server/settings/rules';
import { problemsOf } from '$lib/server/settings/schemas';
import {
	done,
	loadSection,
	refuse,
	refuseFor,
	rowsOrThrow,
	saveSection,
} from '$lib/server/settings/section';
import type { Actions, PageServerLoad } from './$types';

const rowId = z.coerce.number().int().positive();

export const load: PageServerLoad = async ({ locals }) => {
	const [values, rules] = await Promise.all([
		loadSection(locals.supabase, 'assignment'),
		locals.supabase
			.from('support_assignment_rules')
			.select('id, name, condition, attribute, attribute_value, tier, weight, enabled')
			.order('id'),
	]);
	return { title: strings.sections.assignment, values, rules: rowsOrThrow(rules) };
};

export const actions: Actions = {
	save: (event) => saveSection(event, 'assignment'),
	rule: saveRule,
	remove: removeRule,
};

/** Adds a rule, or changes the one with the given id. Its form is named `rule-<id>`, or `rule-new`. */
async function saveRule({ request, locals }: RequestEvent) {
	const sent = await readForm(request);
	const typed = typedRule(sent);
	const id = rowId.safeParse(typed.id).data;
	const form = `rule-${id ?? 'new'}`;
	const parsed = ruleSchema.safeParse(typed);
	if (!parsed.success) return refuse(form, typed, problemsOf(parsed.error));
	const table = () => locals.supabase.from('support_assignment_rules');
	if (id === undefined) {
		const { error, status } = await table().insert(parsed.data);
		return error ? refuseFor(form, typed, explainRefusal(error, status)) : done(form);
	}
	return saveChanges({
		...{ form, sent, typed, labels: ruleLabels },
		async read() {
			const found = rowsOrThrow(await table().select().eq('id', id));
			return found[0] ? { row: found[0], values: storedRule(found[0]) } : null;
		},
		gone: () => refuseFor(form, typed, FORBIDDEN),
		async write({ merged }, { updated_at }) {
			const rule = ruleSchema.safeParse(merged);
			if (!rule.success) return refuse(form, typed, problemsOf(rule.error));
			const { data, error, status } = await table()
				.update(rule.data)
				.eq('id', id)
				.eq('updated_at', updated_at)
				.select('id');
			if (error) return refuseFor(form, typed, explainRefusal(error, status));
			return data.length > 0 ? done(form) : null;
		},
	});
}

async function removeRule({ request, locals }: RequestEvent) {
	const id = rowId.safeParse(textOf(await readForm(request), 'id')).data;
	const answer = await locals.supabase
		.from('support_assignment_rules')
		.delete()
		.eq('id', id ?? 0);
	if (answer.error) return refuseFor('remove', {}, explainRefusal(answer.error, answer.status));
	return done('remove');
}
