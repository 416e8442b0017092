import { z } from 'zod';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { LIMITS } from '$lib/dashboard/settings/limits';
import type { FormValues } from '$lib/dashboard/settings/values';
import { textsOf } from './form-values';
import { line, requiredLine, whole } from './schemas';

/** Entered values of a rule, not validated. */
export function typedRule(form: FormData): FormValues {
	const names = ['id', 'name', 'condition', 'attribute', 'attribute_value', 'tier', 'weight'];
	return { ...textsOf(form, names), enabled: form.has('enabled') };
}

const labels = strings.rules;
/** The labels of a rule's fields. */
export const ruleLabels: Record<string, string> = {
	name: labels.name,
	condition: labels.condition,
	attribute: labels.attribute,
	attribute_value: labels.attributeValue,
	tier: labels.tier,
	weight: labels.weight,
	enabled: labels.enabled,
};

/** A rule in the format of the table: it has an attribute if its condition needs one, and otherwise none. */
export const ruleSchema = z
	.object({
		name: requiredLine(LIMITS.ruleName),
		condition: z.enum(
			['always', 'attribute', 'business_hours', 'outside_hours'],
			strings.problem.choice,
		),
		attribute: line(LIMITS.ruleAttribute),
		attribute_value: line(LIMITS.ruleValue),
		tier: z.enum(['regular', 'senior'], strings.problem.choice),
		weight: whole(LIMITS.ruleWeight),
		enabled: z.boolean(),
	})
	.refine(({ condition, attribute }) => condition !== 'attribute' || attribute !== '', {
		error: strings.problem.attribute,
		path: ['attribute'],
	})
	.transform(({ attribute, attribute_value, ...rule }) => {
		const isAsked = rule.condition === 'attribute';
		return {
			...rule,
			attribute: isAsked ? attribute : null,
			attribute_value: isAsked ? attribute_value : null,
		};
	});
