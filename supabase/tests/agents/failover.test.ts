import { beforeEach, describe, expect, test } from 'vitest';
import { useLiveProject } from '../helpers/live-project';

const project = useLiveProject();

const minutesAgo = (n: number): Date => new Date(Date.now() - n * 60_000);
const run = () => project.sql`select support_private.work_conversations()`;

beforeEach(() => project.settings({ auto_assign: true, failover_minutes: 5 }));

/** A conversation of an agent who was then last seen so long ago. */
async function heldBy(minutes: number | null) {
	const agent = await project.agent();
	const asked = await project.ask();
	const last_seen_at = minutes === null ? null : minutesAgo(minutes);
	await project.sql`update public.support_agents set ${project.sql({ last_seen_at })} where user_id = ${agent.id}`;
	return { agent, asked };
}

describe('an agent who is gone', () => {
	test('for longer than the setting loses their conversations to the queue, and nothing is lost', async () => {
		const { asked } = await heldBy(6);
		await run();
		const after = await project.stored(asked.id);
		expect(after).toMatchObject({ status: 'waiting', agent_id: null, ended_at: null });
		expect(after.queued_at > asked.queued_at).toBe(true);
		const messages =
			await project.sql`select from public.support_messages where conversation_id = ${asked.id}`;
		expect(messages).toHaveLength(1);
	});

	test('they are given to agents who are online', async () => {
		const { asked } = await heldBy(6);
		const other = await project.agent();
		await run();
		expect(await project.stored(asked.id)).toMatchObject({ status: 'active', agent_id: other.id });
	});

	test('keeps them for as long as the setting says', async () => {
		const { agent, asked } = await heldBy(4);
		await project.agent();
		await run();
		expect(await project.stored(asked.id)).toMatchObject({ status: 'active', agent_id: agent.id });
	});

	test('keeps them for ever when the setting is off', async () => {
		await project.settings({ failover_minutes: null });
		const { agent, asked } = await heldBy(6000);
		await run();
		expect(await project.stored(asked.id)).toMatchObject({ status: 'active', agent_id: agent.id });
	});

	test('who never opened a dashboard counts from the moment they took it', async () => {
		const { asked } = await heldBy(null);
		await run();
		expect(await project.stored(asked.id)).toMatchObject({ status: 'active' });
		await project.sql`update public.support_conversations set accepted_at = ${minutesAgo(6)} where id = ${asked.id}`;
		await run();
		expect(await project.stored(asked.id)).toMatchObject({ status: 'waiting' });
	});

	test('and is away but there keeps them', async () => {
		const { agent, asked } = await heldBy(0);
		await project.rpc(agent, 'set_support_availability', { p_available: false });
		await run();
		expect(await project.stored(asked.id)).toMatchObject({ status: 'active', agent_id: agent.id });
	});
});

describe('an agent who is removed', () => {
	test.each([
		['from the team', 'delete from public.support_agents where user_id = '],
		['with their account', 'delete from auth.users where id = '],
	])('%s gives back what they hold; what they ended stays', async (_how, statement) => {
		const { agent, asked } = await heldBy(0);
		const done = await project.ask();
		await project.rpc(agent, 'end_support_conversation', { p_conversation_id: done.id });
		await project.sql.unsafe(`${statement} '${agent.id}'`);
		expect(await project.stored(asked.id)).toMatchObject({ status: 'waiting', agent_id: null });
		const kept = await project.stored(done.id);
		expect(kept).toMatchObject({ status: 'ended', ended_by: 'staff', agent_id: null });
		await project.agent();
		await run();
		expect(await project.stored(asked.id)).toMatchObject({ status: 'active' });
	});

	test('while customers write and end: no deadlock, and no conversation keeps a removed agent', async () => {
		const admin = await project.agent({ role: 'admin', available: false });
		for (let round = 0; round < 10; round++) {
			const agent = await project.agent();
			const asked = await Promise.all([project.ask(), project.ask(), project.ask(), project.ask()]);
			await Promise.all([
				project.rpc(admin, 'remove_support_agent', { p_user_id: agent.id }),
				...asked.map(({ customer, id }, n) =>
					n % 2 === 0
						? project.rpc(customer, 'end_support_conversation', { p_conversation_id: id })
						: project.ask(customer),
				),
			]);
			const held =
				await project.sql`select from public.support_conversations where agent_id = ${agent.id}`;
			expect(held).toHaveLength(0);
			await project.sql`delete from public.support_chats`;
		}
	});
});
