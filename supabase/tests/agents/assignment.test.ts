import { beforeEach, describe, expect, test } from 'vitest';
import { coded, one, refusal, type Row } from '../helpers/database';
import { useLiveProject } from '../helpers/live-project';
import type { Person } from '../helpers/people';

const project = useLiveProject();

beforeEach(() => project.settings({ auto_assign: true }));

const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);

async function holders(): Promise<Record<string, number>> {
	const rows = await project.sql<{ agent: string; n: number }[]>`
		select agent_id as agent, count(*) as n from public.support_conversations
		where status = 'active' group by 1`;
	return Object.fromEntries(rows.map(({ agent, n }) => [agent, n]));
}

async function assignWaiting(): Promise<number> {
	const [row] = await project.sql<{ n: number }[]>`select support_private.assign_waiting() as n`;
	return row!.n;
}

const take = (agent: Person, id: string): Promise<Row> =>
	one(project.rpc(agent, 'take_support_conversation', { p_conversation_id: id }));
const end = (agent: Person, id: string): Promise<Row[]> =>
	project.rpc(agent, 'end_support_conversation', { p_conversation_id: id });

describe('a conversation that opens', () => {
	test('goes to an agent who is online, at once', async () => {
		const agent = await project.agent();
		expect(await project.ask()).toMatchObject({ status: 'active', agent_id: agent.id });
	});

	test('that is opened by a click is assigned, too', async () => {
		const agent = await project.agent();
		const customer = await project.customer();
		const opened = await one(project.rpc(customer, 'start_support_conversation'));
		expect(opened).toMatchObject({ status: 'active', agent_id: agent.id });
	});

	test('waits when the setting is off', async () => {
		await project.settings({ auto_assign: false });
		await project.agent();
		expect(await project.ask()).toMatchObject({ status: 'waiting', agent_id: null });
		expect(await assignWaiting()).toBe(0);
	});

	test.each([
		['away', { available: false }],
		['offline', { last_seen_at: ago(91) }],
		['never seen', { last_seen_at: null }],
	])('waits when the only agent is %s', async (_what, columns) => {
		await project.agent(columns);
		expect(await project.ask()).toMatchObject({ status: 'waiting', agent_id: null });
	});

	test('counts an agent as online for as long as the settings say', async () => {
		await project.settings({ agent_timeout: '5 minutes' });
		const agent = await project.agent({ last_seen_at: ago(240) });
		expect(await project.ask()).toMatchObject({ agent_id: agent.id });
		await project.settings({ agent_timeout: '90 seconds' });
		expect(await project.ask()).toMatchObject({ status: 'waiting' });
	});
});

describe('who gets it', () => {
	test('the agent with the fewest active conversations', async () => {
		const busy = await project.agent();
		const first = await project.ask();
		expect(first.agent_id).toBe(busy.id);
		const free = await project.agent({ last_assigned_at: new Date(Date.now() + 3_600_000) });
		expect(await project.ask()).toMatchObject({ agent_id: free.id });
	});

	test('among equals the agent who was assigned least recently; new agents come first', async () => {
		const lately = await project.agent({ last_assigned_at: ago(10) });
		const longAgo = await project.agent({ last_assigned_at: ago(1000) });
		const never = await project.agent();
		const order: unknown[] = [];
		for (let n = 0; n < 3; n++) order.push((await project.ask()).agent_id);
		expect(order).toEqual([never.id, longAgo.id, lately.id]);
	});

	test('no agent beyond the limit: the rest waits, and is assigned when an agent is free', async () => {
		await project.settings({ max_active_conversations: 1 });
		const agent = await project.agent();
		const first = await project.ask();
		const second = await project.ask();
		const third = await project.ask();
		expect([first.status, second.status, third.status]).toEqual(['active', 'waiting', 'waiting']);
		await end(agent, first.id);
		expect(await project.stored(second.id)).toMatchObject({ status: 'active', agent_id: agent.id });
		expect(await project.stored(third.id)).toMatchObject({ status: 'waiting' });
	});

	test('an agent’s own limit overrides the setting', async () => {
		await project.settings({ max_active_conversations: 1 });
		const agent = await project.agent({ max_active: 2 });
		const given = [await project.ask(), await project.ask(), await project.ask()];
		expect(given.map(({ status }) => status)).toEqual(['active', 'active', 'waiting']);
		expect(await holders()).toEqual({ [agent.id]: 2 });
	});
});

describe('the queue', () => {
	test('is assigned when an agent comes online, most urgent first, then longest waiting', async () => {
		const asked = [await project.ask(), await project.ask(), await project.ask()];
		await project.sql`update public.support_conversations set priority = 5 where id = ${asked[2]!.id}`;
		const agent = await project.agent({ max_active: 2, last_seen_at: null });
		await project.rpc(agent, 'support_heartbeat');
		const states = await Promise.all(asked.map(({ id }) => project.stored(id)));
		expect(states.map(({ status }) => status)).toEqual(['active', 'waiting', 'active']);
	});

	test('is assigned when an agent is available again, not while away', async () => {
		const agent = await project.agent({ available: false });
		const asked = await project.ask();
		await project.rpc(agent, 'support_heartbeat');
		expect(await project.stored(asked.id)).toMatchObject({ status: 'waiting' });
		await project.rpc(agent, 'set_support_availability', { p_available: true });
		expect(await project.stored(asked.id)).toMatchObject({ status: 'active', agent_id: agent.id });
	});

	test('is assigned by the job that runs every minute', async () => {
		const asked = await project.ask();
		const agent = await project.agent();
		await project.sql`select support_private.work_conversations()`;
		expect(await project.stored(asked.id)).toMatchObject({ status: 'active', agent_id: agent.id });
	});

	test('a locked conversation is skipped until the next run', async () => {
		const [locked, free] = [await project.ask(), await project.ask()];
		await project.agent();
		await project.sql.begin(async (tx) => {
			await tx`select from public.support_chats where id = ${locked.chat_id} for update`;
			expect(await assignWaiting()).toBe(1);
		});
		expect(await project.stored(locked.id)).toMatchObject({ status: 'waiting' });
		expect(await project.stored(free.id)).toMatchObject({ status: 'active' });
	});
});

describe('sixteen callers at once', () => {
	test('are given to the team evenly, never past a limit, and none is lost', async () => {
		await project.settings({ max_active_conversations: 5 });
		const team = await Promise.all(Array.from({ length: 4 }, () => project.agent()));
		const people = await Promise.all(Array.from({ length: 48 }, () => project.customer()));
		const asked = await workers(16, people, (person) => project.ask(person));
		expect(await holders()).toEqual(Object.fromEntries(team.map(({ id }) => [id, 5])));
		expect(asked).toHaveLength(48);
		const [left] = await project.sql<{ n: number }[]>`
			select count(*) as n from public.support_conversations where status = 'waiting'`;
		expect(left!.n).toBe(28);
	}, 120_000);

	test('who write, take, end, leave and return: no deadlock, no agent beyond the limit, no conversation left waiting', async () => {
		await project.settings({ max_active_conversations: 3, failover_minutes: 1 });
		const team = await Promise.all(Array.from({ length: 4 }, () => project.agent()));
		const people = await Promise.all(Array.from({ length: 16 }, () => project.customer()));
		const past = new Set<number>();
		const refused = new Set<string>();
		const steps = Array.from({ length: 240 }, (_, n) => n);
		await workers(16, steps, async (n) => {
			const agent = team[n % team.length]!;
			try {
				await step(n, agent, people[n % people.length]!);
			} catch (error) {
				refused.add(String((error as Row).message));
			}
			for (const held of Object.values(await holders())) if (held > 3) past.add(held);
		});
		expect([...past]).toEqual([]);
		const expected = ['support_agent_limit', 'support_already_taken', 'support_bad_transition'];
		expect([...refused].filter((message) => !expected.includes(message))).toEqual([]);

		// After one run of the job there is no free agent while a conversation waits.
		await project.sql`update public.support_agents set available = true, last_seen_at = now()`;
		await project.sql`select support_private.work_conversations()`;
		const [state] = await project.sql<{ waiting: number; active: number }[]>`
			select
				count(*) filter (where status = 'waiting') as waiting,
				count(*) filter (where status = 'active') as active
			from public.support_conversations`;
		if (state!.waiting > 0) expect(state!.active).toBe(12);
	}, 120_000);

	async function step(n: number, agent: Person, person: Person): Promise<void> {
		const open = await project.sql<Row[]>`
			select id, status from public.support_conversations where status <> 'ended' order by md5(id::text || ${String(n)}) limit 1`;
		const chosen = open[0];
		if (n % 6 === 0 || chosen === undefined) await project.ask(person);
		else if (n % 6 === 1) await take(agent, chosen.id);
		else if (n % 6 === 2) await end(agent, chosen.id);
		else if (n % 6 === 3)
			await project.rpc(agent, 'set_support_availability', { p_available: n % 4 < 3 });
		else if (n % 6 === 4) {
			const args = { p_conversation_id: chosen.id, p_agent_id: agent.id };
			await project.rpc(agent, 'transfer_support_conversation', args);
		} else await project.sql`select support_private.work_conversations()`;
	}
});

describe('two agents who take one conversation at once', () => {
	test('1,000 times: one agent gets it, the other an error, and neither is ever past the limit', async () => {
		const limit = 3;
		const [ada, grace] = [
			await project.agent({ max_active: limit }),
			await project.agent({ max_active: limit }),
		];
		await project.settings({ auto_assign: false });
		const lanes = await Promise.all(Array.from({ length: 4 }, () => project.ask()));
		const outcomes: Record<string, number> = {};
		const wrong: string[] = [];
		await Promise.all(
			lanes.map(async (lane) => {
				for (let n = 0; n < 250; n++) await race(lane.id);
			}),
		);

		async function race(id: string): Promise<void> {
			const [first, second] = await Promise.allSettled([take(ada, id), take(grace, id)]);
			const winners = [first, second].filter(({ status }) => status === 'fulfilled').length;
			const losers = [first, second]
				.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
				.map((reason: Row) => String(reason.message));
			for (const loser of losers) outcomes[loser] = (outcomes[loser] ?? 0) + 1;
			const { status, agent_id } = await project.stored(id);
			if (winners === 1 && status !== 'active') wrong.push(`${status} though taken`);
			const full = losers.filter((loser) => loser === 'support_agent_limit').length;
			// Without a winner both were full.
			if (winners !== 1 && full !== 2) wrong.push(`${winners} winners, ${losers.join()}`);
			for (const held of Object.values(await holders()))
				if (held > limit) wrong.push(`${held} held`);
			await project.sql`
				update public.support_conversations set status = 'waiting', agent_id = null
				where id = ${id} and agent_id is not distinct from ${agent_id}`;
		}

		expect(wrong).toEqual([]);
		const known = ['support_already_taken', 'support_agent_limit'];
		expect(Object.keys(outcomes).filter((outcome) => !known.includes(outcome))).toEqual([]);
		expect(Object.values(outcomes).reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(1000);
		expect(outcomes.support_already_taken).toBeGreaterThan(0);
	}, 240_000);

	test('nor past the limit when one agent takes many at once', async () => {
		await project.settings({ auto_assign: false });
		const agent = await project.agent({ max_active: 3 });
		const asked = await workers(8, Array.from({ length: 12 }), () => project.ask());
		const taken = await Promise.allSettled(asked.map(({ id }) => take(agent, id)));
		expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
		expect(await holders()).toEqual({ [agent.id]: 3 });
		const waiting = asked[taken.findIndex(({ status }) => status === 'rejected')]!;
		expect(await refusal(take(agent, waiting.id))).toEqual(coded(409, 'support_agent_limit'));
		expect(await project.stored(waiting.id)).toMatchObject({ status: 'waiting', agent_id: null });
	});
});

/** Does all the work with so many at once; results in the order of the work. */
async function workers<In, Out>(
	count: number,
	work: In[],
	run: (item: In) => Promise<Out>,
): Promise<Out[]> {
	const results: Out[] = [];
	const queue = [...work.entries()];
	await Promise.all(
		Array.from({ length: count }, async () => {
			for (let next = queue.shift(); next; next = queue.shift())
				results[next[0]] = await run(next[1]);
		}),
	);
	return results;
}
