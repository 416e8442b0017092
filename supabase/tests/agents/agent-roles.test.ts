import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { active, stored, take, waiting } from '../helpers/conversations';
import {
	become,
	becomeOwner,
	one,
	refusal,
	rolledBack,
	rpc,
	rpcIn,
	sql,
	type Row,
	type Transaction,
} from '../helpers/database';
import { createUser } from '../../../local-stack/testing/people';
import { createCustomer, createRemovedAgent, createAgent, type Person } from '../helpers/people';

// A role of this file alone: users of other tests do not have it.
const ROLE = `support-${randomUUID()}`;
const SOURCE = 'support_settings.agent_roles';

/** Runs in a transaction that is taken back, with the roles set. */
const withRoles = <T>(roles: string[], work: (tx: Transaction) => Promise<T>): Promise<T> =>
	rolledBack(async (tx) => {
		await setRoles(tx, roles);
		return work(tx);
	}, 'read committed');

const setRoles = (tx: Transaction, roles: string[]) =>
	tx`update public.support_settings set agent_roles = ${roles}`;

const setMetadata = (tx: Transaction, id: string, metadata: Row) =>
	tx`update auth.users set raw_app_meta_data = ${sql.json(metadata)} where id = ${id}`;

async function signUp(tx: Transaction, app: Row, user: Row = {}, email?: string | null) {
	const made = await createUser(tx, 'user', {
		raw_app_meta_data: sql.json(app),
		raw_user_meta_data: sql.json(user),
		...(email === undefined ? {} : { email }),
	});
	return made.id;
}

async function onTeam(tx: Transaction, id: string): Promise<Row | undefined> {
	return (await tx<Row[]>`select * from public.support_agents where user_id = ${id}`)[0];
}

async function faults(tx: Transaction): Promise<Row[]> {
	return tx<Row[]>`select * from public.support_faults where source = ${SOURCE}`;
}

describe('a user with a role of the settings', () => {
	test.each<[string, Row]>([
		['as role', { role: ROLE }],
		['among roles', { roles: ['editor', ROLE], provider: 'email' }],
	])('%s is an agent from the moment of signing up', async (_where, app) => {
		await withRoles(['other', ROLE], async (tx) => {
			expect(await onTeam(tx, await signUp(tx, app))).toMatchObject({
				role: 'agent',
				tier: 'regular',
				from_role: true,
			});
			expect(await faults(tx)).toEqual([]);
		});
	});

	test.each<[string, Row, Row]>([
		['user_metadata, which users write', {}, { role: ROLE, roles: [ROLE] }],
		['another role', { role: 'editor' }, {}],
		['a part of the name', { role: `${ROLE}x`, roles: [`x${ROLE}`] }, {}],
		['another case', { role: ROLE.toUpperCase() }, {}],
		['a key instead of a member', { roles: { [ROLE]: true } }, {}],
		['roles that are no list', { roles: ROLE }, {}],
		['a list as role', { role: [ROLE] }, {}],
		['another field', { plan: ROLE }, {}],
	])('is no agent with the role in %s', async (_where, app, user) => {
		await withRoles([ROLE], async (tx) => {
			expect(await onTeam(tx, await signUp(tx, app, user))).toBeUndefined();
			expect(await faults(tx)).toEqual([]);
		});
	});

	test('gains and loses the rights of an agent with the role', async () => {
		const person = await createCustomer();
		await withRoles([ROLE], async (tx) => {
			const isAgent = async (): Promise<boolean> => {
				await become(tx, person);
				const [row] = await tx<Row[]>`select support_private.is_agent() as agent`;
				await becomeOwner(tx);
				return row!.agent;
			};
			expect(await isAgent()).toBe(false);
			await setMetadata(tx, person.id, { role: ROLE });
			expect(await isAgent()).toBe(true);
			await setMetadata(tx, person.id, { role: 'editor' });
			expect(await isAgent()).toBe(false);
		});
	});

	test.each<[string, Row, string | null | undefined, string]>([
		['the full name', { full_name: ' Ada\nLovelace ', name: 'ada' }, undefined, 'Ada Lovelace'],
		['the name', { full_name: ' ', name: 'ada' }, undefined, 'ada'],
		['what stands before the @', { name: { first: 'x' } }, `${ROLE}@example.com`, ROLE],
		['a word for those without any', {}, null, 'Agent'],
		['80 characters at most', { name: 'é'.repeat(200) }, undefined, 'é'.repeat(80)],
	])('gets the display name from %s', async (_what, user, email, name) => {
		await withRoles([ROLE], async (tx) => {
			const id = await signUp(tx, { role: ROLE }, user, email);
			expect(await onTeam(tx, id)).toMatchObject({ display_name: name });
		});
	});
});

describe('changing the list', () => {
	test('adds users who have a role already, and removes agents who have none any more', async () => {
		await withRoles([], async (tx) => {
			const id = await signUp(tx, { roles: [ROLE] });
			expect(await onTeam(tx, id)).toBeUndefined();
			await setRoles(tx, [ROLE]);
			expect(await onTeam(tx, id)).toMatchObject({ from_role: true });
			await setRoles(tx, ['other']);
			expect(await onTeam(tx, id)).toBeUndefined();
			await setRoles(tx, [ROLE]);
			await setRoles(tx, []);
			expect(await onTeam(tx, id)).toBeUndefined();
		});
	});

	test('returns the conversations of removed agents to the queue, and no others', async () => {
		const kept = await active();
		const [first, second] = [await waiting(), await waiting()];
		const [ada, grace] = [await createCustomer(), await createCustomer()];
		await withRoles([ROLE], async (tx) => {
			for (const [agent, { id }] of [
				[ada, first],
				[grace, second],
			] as const) {
				await setMetadata(tx, agent.id, { role: ROLE });
				await become(tx, agent);
				await rpcIn(tx, 'take_support_conversation', { p_conversation_id: id });
				await becomeOwner(tx);
			}
			const states = () => tx<Row[]>`
				select status, agent_id from public.support_conversations
				where id in ${tx([first.id, second.id])} order by started_at`;
			expect([...(await states())]).toEqual([
				{ status: 'active', agent_id: ada.id },
				{ status: 'active', agent_id: grace.id },
			]);
			await setMetadata(tx, ada.id, {});
			expect((await states())[0]).toEqual({ status: 'waiting', agent_id: null });
			await setRoles(tx, []);
			expect((await states())[1]).toEqual({ status: 'waiting', agent_id: null });
			expect(await faults(tx)).toEqual([]);
		});
		expect(await stored(kept.id)).toMatchObject({ status: 'active', agent_id: kept.agent.id });
	});

	test.each<[string, string[] | null, string]>([
		['an empty role', [''], '23514'],
		['a blank around it', [' x'], '23514'],
		['a comma', ['a,b'], '23514'],
		['a line end', ['a\nb'], '23514'],
		['a role too long', ['x'.repeat(61)], '23514'],
		['too many', Array.from({ length: 21 }, (_, n) => `role ${n}`), '23514'],
		['nothing', null, '23502'],
	])('to %s is refused', async (_what, roles, code) => {
		const change = rolledBack(
			(tx) => tx`update public.support_settings set agent_roles = ${roles}`,
		);
		expect((await refusal(change)).code).toBe(code);
	});

	test('is for admins alone', async () => {
		const admin = await createAgent('admin');
		const others = [await createAgent(), await createCustomer(), await createRemovedAgent()];
		await rolledBack(async (tx) => {
			for (const caller of others) {
				await become(tx, caller);
				expect((await setRoles(tx, [ROLE])).count).toBe(0);
				expect((await refusal(tx.savepoint((sp) => callSync(sp, caller)))).code).toBe('42501');
			}
			await become(tx, admin);
			expect((await setRoles(tx, [ROLE])).count).toBe(1);
		}, 'read committed');
	});

	const callSync = (tx: Transaction, { id }: Person) =>
		tx`select support_private.sync_agent_role(${id})`;
});

describe('an agent who was added by hand', () => {
	test('stays when a role comes and goes', async () => {
		const agent = await createAgent('agent', 'Noor');
		await withRoles([ROLE], async (tx) => {
			await setMetadata(tx, agent.id, { role: ROLE });
			expect(await onTeam(tx, agent.id)).toMatchObject({ from_role: false, display_name: 'Noor' });
			await setMetadata(tx, agent.id, {});
			await setRoles(tx, []);
			expect(await onTeam(tx, agent.id)).toMatchObject({ from_role: false });
		});
	});

	test.each<[string, (tx: Transaction, admin: Person, person: Person) => Promise<unknown>]>([
		[
			'by being made an admin',
			async (tx, admin, { id }) => {
				await become(tx, admin);
				const names = { p_display_name: 'Noor', p_role: 'admin', p_tier: 'regular' };
				await rpcIn(tx, 'update_support_agent', { p_user_id: id, ...names });
			},
		],
		[
			'by being added in the SQL editor',
			(tx, _admin, { email }) => tx`select public.support_add_agent(${email}, 'agent')`,
		],
		[
			'by being removed and invited',
			async (tx, admin, { id, email }) => {
				await become(tx, admin);
				await rpcIn(tx, 'remove_support_agent', { p_user_id: id });
				await rpcIn(tx, 'invite_support_agent', { p_email: email });
			},
		],
	])('%s, stays when the role goes', async (_how, keep) => {
		const [admin, person] = [await createAgent('admin'), await createCustomer()];
		await withRoles([ROLE], async (tx) => {
			await setMetadata(tx, person.id, { role: ROLE });
			await keep(tx, admin, person);
			await becomeOwner(tx);
			await setMetadata(tx, person.id, {});
			expect(await onTeam(tx, person.id)).toMatchObject({ from_role: false });
		});
	});

	test('a change of name or tier does not count as adding by hand', async () => {
		const [admin, person] = [await createAgent('admin'), await createCustomer()];
		await withRoles([ROLE], async (tx) => {
			await setMetadata(tx, person.id, { role: ROLE });
			await become(tx, admin);
			const names = { p_display_name: 'Noor', p_role: 'agent', p_tier: 'senior' };
			await rpcIn(tx, 'update_support_agent', { p_user_id: person.id, ...names });
			await becomeOwner(tx);
			await setMetadata(tx, person.id, { role: ROLE, plan: 'x' });
			expect(await onTeam(tx, person.id)).toMatchObject({ display_name: 'Noor', tier: 'senior' });
			await setMetadata(tx, person.id, {});
			expect(await onTeam(tx, person.id)).toBeUndefined();
		});
	});
});

describe('a fault', () => {
	const broken = `
		create or replace function support_private.sync_agent_role(p_user_id uuid)
		returns void language plpgsql set search_path = '' as $$ begin perform 1 / 0; end $$`;

	test('prevents neither signing up nor changing a user; agents see it', async () => {
		await withRoles([ROLE], async (tx) => {
			await tx.unsafe(broken);
			const id = await signUp(tx, { role: ROLE });
			await setMetadata(tx, id, { role: 'editor' });
			const [user] = await tx<
				Row[]
			>`select raw_app_meta_data as app from auth.users where id = ${id}`;
			expect(user).toEqual({ app: { role: 'editor' } });
			const [fault] = await faults(tx);
			expect(fault).toMatchObject({ times: 2, message: `${id}: division by zero` });
		});
	});

	test('prevents nothing even if it cannot be stored', async () => {
		await withRoles([ROLE], async (tx) => {
			await tx.unsafe(broken);
			await tx`alter table public.support_faults rename to support_faults_away`;
			const id = await signUp(tx, { role: ROLE });
			expect(await tx`select from auth.users where id = ${id}`).toHaveLength(1);
		});
	});

	test('is repaired by saving the same roles again', async () => {
		await withRoles([ROLE], async (tx) => {
			const id = await signUp(tx, { role: ROLE });
			await tx`delete from public.support_agents where user_id = ${id}`;
			await setRoles(tx, [ROLE]);
			expect(await onTeam(tx, id)).toMatchObject({ from_role: true });
		});
	});
});

test('no user is added while the list is empty', async () => {
	const person = await createCustomer();
	await sql`update auth.users set raw_app_meta_data = ${sql.json({ role: ROLE })} where id = ${person.id}`;
	expect(await sql`select from public.support_agents where user_id = ${person.id}`).toEqual([]);
	expect((await refusal(take(person, (await waiting()).id))).message).toBe('support_forbidden');
	await one(rpc(person, 'get_or_create_support_chat'));
});
