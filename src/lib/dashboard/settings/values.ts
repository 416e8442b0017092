import type { Database } from '$lib/database.types';

type Row<Table extends keyof Database['public']['Tables']> =
	Database['public']['Tables'][Table]['Row'];
export type SettingsRow = Row<'support_settings'>;
export type SettingsUpdate = Database['public']['Tables']['support_settings']['Update'];

/** One language's text, as it stands in a form. */
export interface LocaleText {
	locale: string;
	text: string;
}

/** The value of a field: text (numbers too, as typed), a switch, or texts by language. */
export type FieldValue = string | boolean | LocaleText[];
export type FormValues = Record<string, FieldValue>;

/** The common properties of the components for a field. */
export interface FieldProps {
	id: string;
	name: string;
	label: string;
	/** A hint in a sentence. */
	meaning?: string | undefined;
	/** Why the value was refused. */
	problem?: string | undefined;
}

/** The text that stands in a field of a form. */
export function textIn(values: FormValues | undefined, name: string): string | null {
	const value = values?.[name];
	return typeof value === 'string' ? value : null;
}

type Rule = Omit<Row<'support_assignment_rules'>, 'id' | 'created_at' | 'updated_at'>;

/** A rule as its form shows it; without one, a new rule. */
export const ruleValues = (rule?: Rule): FormValues => ({
	name: rule?.name ?? '',
	condition: rule?.condition ?? 'always',
	attribute: rule?.attribute ?? '',
	attribute_value: rule?.attribute_value ?? '',
	tier: rule?.tier ?? 'senior',
	weight: String(rule?.weight ?? 1),
	enabled: rule?.enabled ?? true,
});

/** The fields of an agent that an admin may change, as its form shows them. */
export const memberValues = (
	agent: Pick<Row<'support_agents'>, 'display_name' | 'role' | 'tier' | 'max_active'>,
): FormValues => ({
	display_name: agent.display_name,
	role: agent.role,
	tier: agent.tier,
	max_active: String(agent.max_active ?? ''),
});

/** A webhook as its form shows it. */
export const webhookValues = (
	webhook: Pick<Row<'support_webhooks'>, 'url' | 'description' | 'events' | 'enabled'>,
): FormValues => ({
	url: webhook.url,
	description: webhook.description,
	events: webhook.events.toSorted().join(' '),
	enabled: webhook.enabled,
});

/** The result of a form. `problems` are sentences by field, `problem` one about the whole form. */
export interface FormResult {
	/** Which form of the page it was. */
	form: string;
	saved: boolean;
	values: FormValues;
	problems: Record<string, string>;
	problem: string | null;
	/** After a conflict: the values stored by now, which the next attempt may replace. */
	before?: FormValues;
}
