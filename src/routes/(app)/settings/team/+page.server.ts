import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { SECTIONS } from '$lib/dashboard/settings/fields';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { readForm } from '$lib/server/http/read-form';
import { explainRefusal } from '$lib/server/settings/answers';
import { storedValues, textOf } from '$lib/server/settings/form-values';
import { saveChanges } from '$lib/server/settings/merge';
import { problemsOf } from '$lib/server/settings/schemas';
import {
	done,
	readSettings,
	refuse,
	refuseFor,
	rowsOrThrow,
	saveSection,
} from '$lib/server/settings/section';
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
	const form = await readForm(request);
	const values = {
		email: textOf(form, 'email'),
		display_name: textOf(form, 'display_name'),
		role: textOf(form, 'role'),
	};
	const parsed = inviteSchema.safeParse(values);
	if (!parsed.success) return refuse('invite', values, problemsOf(parsed.error));
	const { email, display_name, role } = parsed.data;
	const answer = await locals.supabase.rpc('invite_support_agent', {
		p_email: email,
		p_display_name: display_name,
		p_role: role,
	});
	if (!answer.error) return done('invite');
	const refusal = explainRefusal(answer.error, answer.status);
	const isAboutAddress = /^support_(user_not_found|agent_exists)$/.test(answer.error.message);
	return refuseFor('invite', values, isAboutAddress ? { ...refusal, field: 'email' } : refusal);
}

/** Its form is named `change-<id>`. */
async function change({ request, locals }: RequestEvent) {
	const sent = await readForm(request);
	const names = ['user_id', 'display_name', 'role', 'tier', 'max_active'];
	const typed = Object.fromEntries(names.map((name) => [name, textOf(sent, name)]));
	const form = `change-${typed.user_id}`;
	const parsed = memberSchema.safeParse(typed);
	if (!parsed.success) return refuse(form, typed, problemsOf(parsed.error));
	const { user_id } = parsed.data;
	return saveChanges({
		...{ form, sent, typed, labels: memberLabels },
		async read() {
			const columns = 'display_name, role, tier, max_active';
			const table = locals.supabase.from('support_agents');
			const [row] = rowsOrThrow(await table.select(columns).eq('user_id', user_id));
			return row ? { row, values: { ...row, max_active: String(row.max_active ?? '') } } : null;
		},
		gone: () => refuseFor(form, typed, NO_MEMBER),
		async write({ merged }) {
			const member = memberSchema.safeParse(merged);
			if (!member.success) return refuse(form, typed, problemsOf(member.error));
			const { display_name, role, tier, max_active } = member.data;
			const answer = await locals.supabase.rpc('update_support_agent', {
				p_user_id: user_id,
				p_display_name: display_name,
				p_role: role,
				p_tier: tier,
				...(max_active === null ? {} : { p_max_active: max_active }),
			});
			if (!answer.error) return done(form);
			return refuseFor(form, typed, explainRefusal(answer.error, answer.status));
		},
	});
}

const NO_MEMBER = { status: 404, field: null, sentence: strings.codes.support_agent_not_found };

async function remove({ request, locals }: RequestEvent) {
	const id = z.guid().safeParse(textOf(await readForm(request), 'user_id')).data;
	if (!id) return refuseFor('remove', {}, NO_MEMBER);
	const answer = await locals.supabase.rpc('remove_support_agent', { p_user_id: id });
	if (!answer.error) return done('remove');
	return refuseFor('remove', { user_id: id }, explainRefusal(answer.error, answer.status));
}
