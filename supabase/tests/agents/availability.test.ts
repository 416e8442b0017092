import { describe, expect, test } from 'vitest';
import { active, oneIn, stored } from '../helpers/conversations';
import {
	coded,
	one,
	refusal,
	rolledBack,
	rpc,
	signedOut,
	sql,
	type Row,
} from '../helpers/database';
import { createCustomer, createRemovedAgent, createAgent } from '../helpers/people';

const forbidden = coded(403, 'support_forbidden');

async function team(caller: Parameters<typeof rpc>[0], id: string): Promise<Row> {
	const agents = await rpc(caller, 'list_support_agents');
	return agents.find(({ user_id }) => user_id === id)!;
}

describe('being online', () => {
	test('is a heartbeat that is not too old', async () => {
		const agent = await createAgent();
		expect(await team(agent, agent.id)).toMatchObject({ online: false, last_seen_at: null });
		const beat = await one(rpc(agent, 'support_heartbeat'));
		expect(Date.now() - Date.parse(beat.last_seen_at)).toBeLessThan(30_000);
		expect(await team(agent, agent.id)).toMatchObject({ online: true });
		await sql`
			update public.support_agents set last_seen_at = now() - interval '91 seconds'
			where user_id = ${agent.id}`;
		expect(await team(agent, agent.id)).toMatchObject({ online: false });
	});

	test('is one’s own only: a beat leaves the others as they were', async () => {
		const [ada, grace] = [await createAgent(), await createAgent()];
		await rpc(ada, 'support_heartbeat');
		expect(await team(ada, grace.id)).toMatchObject({ online: false, last_seen_at: null });
	});
});

describe('being available', () => {
	test('is the agent’s own choice, and stays until they change it', async () => {
		const agent = await createAgent();
		const choose = (p_available: boolean | null) =>
			one(rpc(agent, 'set_support_availability', { p_available }));
		expect(await choose(false)).toMatchObject({ available: false });
		expect(await one(rpc(agent, 'support_heartbeat'))).toMatchObject({ available: false });
		expect(await choose(null)).toMatchObject({ available: false });
		expect(await choose(true)).toMatchObject({ available: true });
	});

	test('away keeps what one has', async () => {
		const { id, agent } = await active();
		await rpc(agent, 'set_support_availability', { p_available: false });
		expect(await stored(id)).toMatchObject({ status: 'active', agent_id: agent.id });
	});

	test('customers learn only whether an available agent is online', async () => {
		const customer = await createCustomer();
		const agent = await createAgent();
		await rolledBack(async (tx) => {
			const online = async () => (await oneIn(tx, customer, 'support_status')).agents_online;
			await tx`update public.support_agents set last_seen_at = null where last_seen_at is not null`;
			expect(await online()).toBe(false);
			await oneIn(tx, agent, 'set_support_availability', { p_available: true });
			expect(await online()).toBe(true);
			await oneIn(tx, agent, 'set_support_availability', { p_available: false });
			expect(await online()).toBe(false);
		}, 'read committed');
	});
});

describe('neither is for others', () => {
	test.each([
		['support_heartbeat', {}],
		['set_support_availability', { p_available: false }],
		['list_support_agents', {}],
	])('%s', async (name, args) => {
		const agent = await createAgent();
		const row = () => sql<Row[]>`select * from public.support_agents where user_id = ${agent.id}`;
		const before = [...(await row())];
		for (const caller of [await createCustomer(), await createRemovedAgent()]) {
			expect(await refusal(rpc(caller, name, args))).toEqual(forbidden);
		}
		expect((await refusal(rpc(signedOut, name, args))).code).toBe('42501');
		expect([...(await row())]).toEqual(before);
	});
});
