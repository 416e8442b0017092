import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { active, ended, stored } from '../helpers/conversations';
import {
	coded,
	become,
	one,
	refusal,
	rolledBack,
	rpc,
	rpcIn,
	signedOut,
	sql,
	type Caller,
	type Row,
} from '../helpers/database';
import { createCustomer, createRemovedAgent, createAgent } from '../helpers/people';

const forbidden = coded(403, 'support_forbidden');
const invalid = coded(400, 'support_agent_invalid');

const values = {
	p_display_name: 'Noor',
	p_role: 'agent',
	p_tier: 'senior',
	p_max_active: 7,
} as const;

const update = (caller: Caller, id: string, changes: Row = {}): Promise<Row> =>
	one(rpc(caller, 'update_support_agent', { p_user_id: id, ...values, ...changes }));
const remove = (caller: Caller, id: string): Promise<Row[]> =>
	rpc(caller, 'remove_support_agent', { p_user_id: id });

async function onTeam(id: string): Promise<Row | undefined> {
	return (await sql<Row[]>`select * from public.support_agents where user_id = ${id}`)[0];
}

describe('inviting', () => {
	test('makes an existing user an agent, by address in any case', async () => {
		const admin = await createAgent('admin');
		const person = await createCustomer();
		const args = { p_email: ` ${person.email.toUpperCase()} `, p_display_name: 'Noor' };
		const agent = await one(rpc(admin, 'invite_support_agent', args));
		expect(agent).toMatchObject({
			user_id: person.id,
			role: 'agent',
			display_name: 'Noor',
			tier: 'regular',
		});
	});

	test('a user who is an agent already is rejected, and stays unchanged', async () => {
		const admin = await createAgent('admin');
		const args = { p_email: admin.email, p_role: 'agent' };
		expect(await refusal(rpc(admin, 'invite_support_agent', args))).toEqual(
			coded(409, 'support_agent_exists'),
		);
		expect(await onTeam(admin.id)).toMatchObject({ role: 'admin' });
	});

	test.each([
		['nobody', { p_email: 'nobody@example.com' }, coded(404, 'support_user_not_found')],
		['an empty address', { p_email: '' }, coded(404, 'support_user_not_found')],
		['a name too long', { p_email: 'x', p_display_name: 'x'.repeat(81) }, invalid],
	])('%s is refused', async (_who, args, expected) => {
		expect(await refusal(rpc(await createAgent('admin'), 'invite_support_agent', args))).toEqual(
			expected,
		);
	});
});

describe('changing a member', () => {
	test('sets name, role, tier and limit', async () => {
		const agent = await createAgent();
		const changed = await update(await createAgent('admin'), agent.id);
		expect(changed).toMatchObject({
			display_name: 'Noor',
			role: 'agent',
			tier: 'senior',
			max_active: 7,
		});
		expect(
			await update(await createAgent('admin'), agent.id, { p_max_active: null }),
		).toMatchObject({
			max_active: null,
		});
	});

	test.each<[Row]>([
		[{ p_display_name: '' }],
		[{ p_display_name: ' ' }],
		[{ p_display_name: null }],
		[{ p_display_name: 'x'.repeat(81) }],
		[{ p_max_active: 0 }],
		[{ p_max_active: 1001 }],
	])('%j is refused, and nothing changes', async (changes) => {
		const agent = await createAgent();
		const before = await onTeam(agent.id);
		expect(await refusal(update(await createAgent('admin'), agent.id, changes))).toEqual(invalid);
		expect(await onTeam(agent.id)).toEqual(before);
	});

	test('who is not on the team is not found', async () => {
		const admin = await createAgent('admin');
		for (const id of [randomUUID(), (await createCustomer()).id]) {
			const missing = coded(404, 'support_agent_not_found');
			expect(await refusal(update(admin, id))).toEqual(missing);
			expect(await refusal(remove(admin, id))).toEqual(missing);
		}
	});
});

describe('removing a member', () => {
	test('gives their conversations back to the queue; what they did stays', async () => {
		const { id, agent } = await active();
		const done = await ended(agent);
		await remove(await createAgent('admin'), agent.id);
		expect(await onTeam(agent.id)).toBeUndefined();
		expect(await stored(id)).toMatchObject({ status: 'waiting', agent_id: null });
		expect(await stored(done.id)).toMatchObject({ status: 'ended', agent_id: null });
	});

	test('a removed admin cannot remove agents', async () => {
		const [ada, grace] = [await createAgent('admin'), await createAgent('admin')];
		await remove(ada, grace.id);
		expect(await refusal(remove(grace, ada.id))).toEqual(forbidden);
		expect(await onTeam(ada.id)).toBeDefined();
	});

	test('the last admin stays one: neither removed nor made an agent', async () => {
		const admin = await createAgent('admin');
		for (const [name, args] of [
			['remove_support_agent', { p_user_id: admin.id }],
			['update_support_agent', { p_user_id: admin.id, ...values }],
		] as const) {
			const call = rolledBack(async (tx) => {
				// Meanwhile no other test makes an admin.
				await tx`select support_private.begin_work()`;
				await tx`lock table public.support_agents in share row exclusive mode`;
				await tx`update public.support_agents set role = 'agent' where role = 'admin' and user_id <> ${admin.id}`;
				await become(tx, admin);
				await rpcIn(tx, name, args);
			}, 'read committed');
			expect(await refusal(call)).toEqual(coded(409, 'support_last_admin'));
		}
		expect(await onTeam(admin.id)).toMatchObject({ role: 'admin' });
	});
});

describe('the team is the admins’ to change', () => {
	test.each([
		['invite_support_agent', { p_email: 'x@example.com' }],
		['update_support_agent', { ...values }],
		['remove_support_agent', {}],
	])('%s', async (name, args) => {
		const target = await createAgent();
		const before = await onTeam(target.id);
		const full = name === 'invite_support_agent' ? args : { ...args, p_user_id: target.id };
		for (const caller of [target, await createCustomer(), await createRemovedAgent()]) {
			expect(await refusal(rpc(caller, name, full))).toEqual(forbidden);
		}
		expect((await refusal(rpc(signedOut, name, full))).code).toBe('42501');
		expect(await onTeam(target.id)).toEqual(before);
	});

	test('anyone on it sees who is there, with address, limit and how much they have', async () => {
		const { agent } = await active();
		const rows = await rpc(agent, 'list_support_agents');
		expect(rows.find(({ user_id }) => user_id === agent.id)).toEqual({
			user_id: agent.id,
			email: agent.email,
			display_name: 'Mika',
			role: 'agent',
			tier: 'regular',
			max_active: null,
			available: true,
			online: false,
			last_seen_at: null,
			active_conversations: 1,
			created_at: expect.any(String),
		});
	});
});
