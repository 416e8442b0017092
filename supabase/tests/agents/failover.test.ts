import { beforeEach, describe, expect, test } from 'vitest';
import { useLiveDesk } from '../helpers/live-desk';

const desk = useLiveDesk();

const minutesAgo = (n: number): Date => new Date(Date.now() - n * 60_000);
const run = () => desk.sql`select support_private.work_conversations()`;

beforeEach(() => desk.settings({ auto_assign: true, failover_minutes: 5 }));

/** A conversation of an agent who was then last seen so long ago. */
async function heldBy(minutes: number | null) {
	const agent = await desk.agent();
	const asked = await desk.ask();
	const last_seen_at = minutes === null ? null : minutesAgo(minutes);
	await desk.sql`update public.support_agents set ${desk.sql({ last_seen_at })} where user_id = ${agent.id}`;
	return { agent, asked };
}

describe('an agent who is gone', () => {
	test('for longer than the setting loses their conversations to the queue, and nothing is lost', async () => {
		const { asked } = await heldBy(6);
		await run();
		const after = await desk.stored(asked.id);
		expect(after).toMatchObject({ status: 'waiting', agent_id: null, ended_at: null });
		expect(after.queued_at > asked.queued_at).toBe(true);
		const messages =
			await desk.sql`select from public.support_messages where conversation_id = ${asked.id}`;
		expect(messages).toHaveLength(1);
	});

	test('they are given to agents who are online', async () => {
		const { asked } = await heldBy(6);
		const other = await desk.agent();
		await run();
		expect(await desk.stored(asked.id)).toMatchObject({ status: 'active', agent_id: other.id });
	});

	test('keeps them for as long as the setting says', async () => {
		const { agent, asked } = await heldBy(4);
		await desk.agent();
		await run();
		expect(await desk.stored(asked.id)).toMatchObject({ status: 'active', agent_id: agent.id });
	});

	test('keeps them for ever when the setting is off', async () => {
		await desk.settings({ failover_minutes: null });
		const { agent, asked } = await heldBy(6000);
		await run();
		expect(await desk.stored(asked.id)).toMatchObject({ status: 'active', agent_id: agent.id });
	});

	test('who never opened a dashboard counts from the moment they took it', async () => {
		const { asked } = await heldBy(null);
		await run();
		expect(await desk.stored(asked.id)).toMatchObject({ status: 'active' });
		await desk.sql`update public.support_conversations set accepted_at = ${minutesAgo(6)} where id = ${asked.id}`;
		await run();
		expect(await desk.stored(asked.id)).toMatchObject({ status: 'waiting' });
	});

	test('and is away but there keeps them', async () => {
		const { agent, asked } = await heldBy(0);
		await desk.rpc(agent, 'set_support_availability', { p_available: false });
		await run();
		expect(await desk.stored(asked.id)).toMatchObject({ status: 'active', agent_id: agent.id });
	});
});

describe('an agent who is removed', () => {
	test.each([
		['from the team', 'delete from public.support_agents where user_id = '],
		['with their account', 'delete from auth.users where id = '],
	])('%s gives back what they hold; what they ended stays', async (_how, statement) => {
		const { agent, asked } = await heldBy(0);
		const done = await desk.ask();
		await desk.rpc(agent, 'end_support_conversation', { p_conversation_id: done.id });
		await desk.sql.unsafe(`${statement} '${agent.id}'`);
		expect(await desk.stored(asked.id)).toMatchObject({ status: 'waiting', agent_id: null });
		const kept = await desk.stored(done.id);
		expect(kept).toMatchObject({ status: 'ended', ended_by: 'staff', agent_id: null });
		await desk.agent();
		await run();
		expect(await desk.stored(asked.id)).toMatchObject({ status: 'active' });
	});

	test('while customers write and end: no deadlock, and nobody keeps an agent who is gone', async () => {
		const admin = await desk.agent({ role: 'admin', available: false });
		for (let round = 0; round < 10; round++) {
			const agent = await desk.agent();
			const asked = await Promise.all([desk.ask(), desk.ask(), desk.ask(), desk.ask()]);
			await Promise.all([
				desk.rpc(admin, 'remove_support_agent', { p_user_id: agent.id }),
				...asked.map(({ customer, id }, n) =>
					n % 2 === 0
						? desk.rpc(customer, 'end_support_conversation', { p_conversation_id: id })
						: desk.ask(customer),
				),
			]);
			const held =
				await desk.sql`select from public.support_conversations where agent_id = ${agent.id}`;
			expect(held).toHaveLength(0);
			await desk.sql`delete from public.support_chats`;
		}
	});
});
