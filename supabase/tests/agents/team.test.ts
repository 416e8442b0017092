import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	as,
	coded,
	onAnotherConnection,
	one,
	refusal,
	rpc,
	secretKey,
	signedOut,
	sql,
	type Caller,
} from '../helpers/database';
import {
	createConversation,
	createCustomer,
	createAgent,
	send,
	type Person,
} from '../helpers/people';
import { maySend, mayReceive } from '../helpers/topics';

const forbidden = coded(403, 'support_forbidden');

async function onTheTeam(person: Person): Promise<string | null> {
	const [agent] = await sql<{ role: string }[]>`
		select role from public.support_agents where user_id = ${person.id}`;
	return agent?.role ?? null;
}

describe('joining the team', () => {
	test('one call with the secret key makes a user an agent, by address', async () => {
		const person = await createCustomer();
		const p_email = ` ${person.email.toUpperCase()} `;
		const agent = await one(
			rpc(secretKey, 'support_add_agent', { p_email, p_role: 'admin', p_display_name: 'Mika' }),
		);
		expect(agent).toMatchObject({ user_id: person.id, role: 'admin', display_name: 'Mika' });
		expect((await rpc(person, 'list_support_chats', { p_limit: 1 })).length).toBeLessThanOrEqual(1);
	});

	test('the name is what stands before the @ unless one is given; a second call changes the role only', async () => {
		const person = await createCustomer();
		const p_email = person.email;
		const first = await one(rpc(secretKey, 'support_add_agent', { p_email }));
		expect(first).toMatchObject({ role: 'agent', display_name: person.email.split('@')[0] });
		await rpc(secretKey, 'support_add_agent', { p_email, p_display_name: 'Noor' });
		const last = await one(rpc(secretKey, 'support_add_agent', { p_email, p_role: 'admin' }));
		expect(last).toMatchObject({ role: 'admin', display_name: 'Noor' });
	});

	test('an unknown address gets an error', async () => {
		const call = rpc(secretKey, 'support_add_agent', { p_email: `${randomUUID()}@example.com` });
		expect(await refusal(call)).toEqual(coded(404, 'support_user_not_found'));
	});

	test('no user can add agents: not signed out, not a customer, not even an admin', async () => {
		const customer = await createCustomer();
		for (const caller of [signedOut, customer, await createAgent('admin')]) {
			const args = { p_email: customer.email, p_role: 'admin' };
			expect((await refusal(rpc(caller, 'support_add_agent', args))).code).toBe('42501');
			const direct = as(
				caller,
				(tx) => tx`select support_private.add_agent(${customer.email}, 'admin', 'x')`,
			);
			expect((await refusal(direct)).code).toBe('42501');
		}
		expect(await onTheTeam(customer)).toBeNull();
	});
});

describe('being an agent follows from the table alone', () => {
	test.each([
		['user metadata', { user_metadata: { role: 'admin', is_admin: true } }],
		['app metadata', { app_metadata: { role: 'admin', support_role: 'admin' } }],
		['a claim', { user_role: 'admin', is_staff: true, support_agent: true }],
	])('%s that says admin gives no right', async (_what, claims) => {
		const person = await createCustomer({ role: 'admin', is_admin: 'true' });
		const caller: Caller = { ...person, claims: { ...person.claims, ...claims } };
		expect(await refusal(rpc(caller, 'list_support_chats'))).toEqual(forbidden);
		expect(await as(caller, (tx) => tx`select from public.support_messages`)).toHaveLength(0);
	});
});

describe('leaving the team', () => {
	test('takes effect with the very next call, everywhere', async () => {
		const { chatId } = await createConversation();
		const agent = await createAgent('admin');
		expect(await send(agent, chatId, 'still here')).toMatchObject({ sender_type: 'admin' });
		await sql`delete from public.support_agents where user_id = ${agent.id}`;

		const notFound = coded(404, 'support_chat_not_found');
		expect(await refusal(send(agent, chatId, 'x'))).toEqual(notFound);
		const byId = { p_chat_id: chatId };
		expect(await refusal(rpc(agent, 'list_support_messages', byId))).toEqual(notFound);
		for (const name of [
			'get_support_chat',
			'mark_support_chat_viewed',
			'archive_support_chat',
			'unarchive_support_chat',
		]) {
			expect(await refusal(rpc(agent, name, byId))).toEqual(forbidden);
		}
		expect(await refusal(rpc(agent, 'list_support_chats'))).toEqual(forbidden);
		expect(await refusal(rpc(agent, 'get_support_inbox_counts'))).toEqual(forbidden);
		for (const table of [
			'support_chats',
			'support_messages',
			'support_agents',
			'support_settings',
		]) {
			expect(await as(agent, (tx) => tx`select from public.${tx(table)}`)).toHaveLength(0);
		}
		expect(await mayReceive(agent, 'admin_support_notifications', 'broadcast')).toBe(false);
		expect(await mayReceive(agent, `support_chat:${chatId}`, 'broadcast')).toBe(false);
		expect(await maySend(agent, `support_typing:${chatId}`, 'broadcast')).toBe(false);
	});

	test('in the middle of a transaction counts from its next statement', async () => {
		const agent = await createAgent();
		await as(agent, async (tx) => {
			expect((await tx`select support_private.is_agent() as agent`)[0]!.agent).toBe(true);
			await onAnotherConnection(
				async () => await sql`delete from public.support_agents where user_id = ${agent.id}`,
			);
			expect((await tx`select support_private.is_agent() as agent`)[0]!.agent).toBe(false);
		});
	});

	test('keeps what was written, and its name', async () => {
		const { customer, chatId } = await createConversation();
		const agent = await createAgent('agent', 'Noor');
		await send(agent, chatId, 'kept');
		await sql`delete from auth.users where id = ${agent.id}`;
		const messages = await rpc(customer, 'list_support_messages', { p_chat_id: chatId });
		expect(messages[1]).toMatchObject({ content: 'kept', sender_id: null, sender_name: 'Noor' });
	});
});

describe('an agent who is no admin', () => {
	test('reads the settings, and changes none', async () => {
		const agent = await createAgent('agent');
		const rows = await as(agent, (tx) => tx`select app_name from public.support_settings`);
		expect(rows).toHaveLength(1);
		const changed = await as(
			agent,
			(tx) => tx`update public.support_settings set app_name = 'Mine' returning 1`,
		);
		expect(changed).toHaveLength(0);
	});

	test('cannot call helpers that reveal agents', async () => {
		const customer = await createCustomer();
		const call = as(customer, (tx) => tx`select support_private.is_agent(${customer.id}::uuid)`);
		expect((await refusal(call)).code).toBe('42883');
	});
});
