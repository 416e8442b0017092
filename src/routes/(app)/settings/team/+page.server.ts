import type { RequestEvent } from '@sveltejs/kit';
import { SECTIONS } from '$lib/dashboard/settings/fields';
import { memberValues } from '$lib/dashboard/settings/values';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { readForm } from '$lib/server/http/read-form';
import { answerOf, explainRefusal, refuse, refuseFor } from '$lib/server/settings/answers';
import { storedValues, textOf, textsOf } from '$lib/server/settings/form-values';
import { saveRow } from '$lib/server/settings/merge';
import { problemsOf } from '$lib/server/settings/schemas';
import { readSettings, rowsOrThrow, saveSection } from '$lib/server/settings/section';
import { inviteSchema, memberLabels, memberSchema } from '$lib/server/settings/team';
import type { Actions, PageServerLoad } from './$types';

/** A row of list_support_agents(); the generated type has no null. */
interface Member {
	user_id: string;
	email: string | null;
	display_name: string;
	role: 'agent' | 'admin';
	tier: 'regular' | 'senior';
	max_active: number | null;
	available: boolean;
	online: boolean;
	last_seen_at: string | null;
	active_conversations: number;
}

export const load: PageServerLoad = async ({ locals }) => {
	const [members, settings] = await Promise.all([
		locals.supabase.rpc('list_support_agents'),
		readSettings(locals.supabase),
	]);
	return {
		title: strings.sections.team,
		members: rowsOrThrow<Member[]>(members),
		limit: settings.max_active_conversations,
		values: storedValues(settings, SECTIONS.team),
	};
};

export const actions: Actions = {
	invite,
	change,
	remove,
	save: (event) => saveSection(event, 'team'),
};

async function invite({ request, locals }: RequestEvent) {
	const values = textsOf(await readForm(request), ['email', 'display_name', 'role']);
	const parsed = inviteSchema.safeParse(values);
	if (!parsed.success) return refuse('invite', values, problemsOf(parsed.error));
	const { email, display_name, role } = parsed.data;
	const answer = await locals.supabase.rpc('invite_support_agent', {
		p_email: email,
		p_display_name: display_name,
		p_role: role,
	});
	return answerOf('invite', values, answer, (error, status) => {
		const isAboutAddress = /^support_(user_not_found|agent_exists)$/.test(error.message);
		const refusal = explainRefusal(error, status);
		return isAboutAddress ? { ...refusal, field: 'email' } : refusal;
	});
}

const MEMBER_FIELDS = ['user_id', 'display_name', 'role', 'tier', 'max_active'];
const NO_MEMBER = { status: 404, field: null, sentence: strings.codes.support_agent_not_found };

/** Its form is named `change-<id>`. */
async function change({ request, locals }: RequestEvent) {
	const sent = await readForm(request);
	return saveRow({
		form: `change-${textOf(sent, 'user_id')}`,
		...{ sent, typed: textsOf(sent, MEMBER_FIELDS), labels: memberLabels },
		schema: memberSchema,
		async read({ user_id }) {
			const columns = 'display_name, role, tier, max_active';
			const table = locals.supabase.from('support_agents');
			const [row] = rowsOrThrow(await table.select(columns).eq('user_id', user_id));
			return row ? { row, values: memberValues(row) } : null;
		},
		gone: NO_MEMBER,
		write: ({ user_id, display_name, role, tier, max_active }) =>
			locals.supabase.rpc('update_support_agent', {
				p_user_id: user_id,
				p_display_name: display_name,
				p_role: role,
				p_tier: tier,
				...(max_active === null ? {} : { p_max_active: max_active }),
			}),
	});
}

async function remove({ request, locals }: RequestEvent) {
	const id = memberSchema.shape.user_id.safeParse(textOf(await readForm(request), 'user_id')).data;
	if (!id) return refuseFor('remove', {}, NO_MEMBER);
	const answer = await locals.supabase.rpc('remove_support_agent', { p_user_id: id });
	return answerOf('remove', { user_id: id }, answer);
}
