import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { ruleValues } from '$lib/dashboard/settings/values';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { readForm } from '$lib/server/http/read-form';
import { answerOf, answerOfRemoval, FORBIDDEN, refuse } from '$lib/server/settings/answers';
import { textOf } from '$lib/server/settings/form-values';
import { saveRow } from '$lib/server/settings/merge';
import { ruleLabels, ruleSchema, typedRule } from '$lib/server/settings/rules';
import { problemsOf } from '$lib/server/settings/schemas';
import { loadSection, rowsOrThrow, saveSection } from '$lib/server/settings/section';
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
	const table = () => locals.supabase.from('support_assignment_rules');
	if (id === undefined) {
		const parsed = ruleSchema.safeParse(typed);
		if (!parsed.success) return refuse(form, typed, problemsOf(parsed.error));
		return answerOf(form, typed, await table().insert(parsed.data));
	}
	return saveRow({
		...{ form, sent, typed, labels: ruleLabels, schema: ruleSchema },
		async read() {
			const [row] = rowsOrThrow(await table().select().eq('id', id));
			return row ? { row, values: ruleValues(row) } : null;
		},
		gone: FORBIDDEN,
		write: (rule, { updated_at }) =>
			table().update(rule).eq('id', id).eq('updated_at', updated_at).select('id'),
	});
}

async function removeRule({ request, locals }: RequestEvent) {
	const id = rowId.safeParse(textOf(await readForm(request), 'id')).data ?? 0;
	const rules = locals.supabase.from('support_assignment_rules');
	return answerOfRemoval('remove', locals, await rules.delete().eq('id', id));
}
