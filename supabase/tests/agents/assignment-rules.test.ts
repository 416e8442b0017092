import { beforeEach, describe, expect, test } from 'vitest';
import type { Row } from '../helpers/database';
import { useLiveProject } from '../helpers/live-project';

const project = useLiveProject();

beforeEach(() => project.settings({ auto_assign: true }));

async function rule(columns: Row): Promise<void> {
	await project.sql`insert into public.support_assignment_rules ${project.sql({ name: 'rule', ...columns })}`;
}

async function faults(): Promise<Row[]> {
	return [...(await project.sql<Row[]>`select source, message, times from public.support_faults`)];
}

const seniorsForAll = { tier: 'senior', condition: 'always', weight: 10 };

describe('a rule', () => {
	test('assigns to its tier before the number of active conversations counts', async () => {
		await project.agent();
		const senior = await project.agent({ tier: 'senior' });
		await rule(seniorsForAll);
		const given = [await project.ask(), await project.ask()];
		expect(given.map(({ agent_id }) => agent_id)).toEqual([senior.id, senior.id]);
	});

	test('assigns to other agents when its tier is full or offline', async () => {
		const regular = await project.agent();
		const senior = await project.agent({ tier: 'senior', max_active: 1 });
		await rule(seniorsForAll);
		const given = [await project.ask(), await project.ask()];
		expect(given.map(({ agent_id }) => agent_id)).toEqual([senior.id, regular.id]);
	});

	test('that is switched off does nothing', async () => {
		const regular = await project.agent();
		await project.agent({ tier: 'senior', last_assigned_at: new Date() });
		await rule({ ...seniorsForAll, enabled: false });
		expect((await project.ask()).agent_id).toBe(regular.id);
	});

	test('adds its weight: the highest sum decides', async () => {
		const regular = await project.agent({ last_assigned_at: new Date() });
		await project.agent({ tier: 'senior' });
		await rule({ ...seniorsForAll, weight: 5 });
		await rule({ tier: 'regular', weight: 3 });
		await rule({ tier: 'regular', weight: 3 });
		expect((await project.ask()).agent_id).toBe(regular.id);
	});

	const forPaying = {
		condition: 'attribute',
		attribute: 'plan',
		attribute_value: 'pro',
		tier: 'senior',
		weight: 9,
	};

	test('uses the metadata that the app sets', async () => {
		const regular = await project.agent();
		const senior = await project.agent({ tier: 'senior', last_assigned_at: new Date() });
		await rule(forPaying);
		const paying = await project.ask(await project.customer({ plan: 'pro' }));
		expect(paying.agent_id).toBe(senior.id);
		const other = await project.ask(await project.customer({ plan: 'free' }));
		expect(other.agent_id).toBe(regular.id);
	});

	test('ignores metadata that customers set themselves', async () => {
		const regular = await project.agent();
		await project.agent({ tier: 'senior', last_assigned_at: new Date() });
		await rule(forPaying);
		const customer = await project.customer({}, { plan: 'pro' });
		await project.rpc(customer, 'start_support_conversation', { p_context: { plan: 'pro' } });
		const [conversation] = await project.sql<
			Row[]
		>`select agent_id from public.support_conversations`;
		expect(conversation!.agent_id).toBe(regular.id);
	});

	test.each([
		['business_hours', true, 'senior'],
		['business_hours', false, 'regular'],
		['outside_hours', true, 'regular'],
		['outside_hours', false, 'senior'],
	] as const)('for %s, when open is %s, prefers the %s', async (condition, open, preferred) => {
		const ids = {
			regular: (await project.agent()).id,
			senior: (await project.agent({ tier: 'senior', last_assigned_at: new Date() })).id,
		};
		await rule({ tier: 'senior', condition, weight: 9 });
		await project.sql`
			insert into public.support_schedules (weekday, opens, closes)
			select d, '00:00', '24:00' from generate_series(1, 7) d
			where (d = extract(isodow from now() at time zone 'UTC')) = ${open}`;
		expect((await project.ask()).agent_id).toBe(ids[preferred]);
	});

	test.each([
		['an attribute without a value', { condition: 'attribute', attribute: 'plan' }],
		['a value without the condition', { attribute: 'plan', attribute_value: 'pro' }],
		['no weight', { weight: 0 }],
		['too much weight', { weight: 1001 }],
		['no name', { name: '' }],
	])('with %s is refused', async (_what, columns) => {
		await expect(rule({ tier: 'senior', ...columns })).rejects.toMatchObject({ code: '23514' });
	});
});

describe('the team’s own score', () => {
	const original = project;

	/** Replaces a product function during the work. */
	async function withScore(body: string, work: () => Promise<void>): Promise<void> {
		const [kept] = await original.sql<{ source: string }[]>`
			select pg_get_functiondef('public.support_assignment_score'::regproc) as source`;
		await original.sql.unsafe(`
			create or replace function public.support_assignment_score(p_conversation_id uuid, p_agent_id uuid)
			returns numeric language plpgsql stable set search_path = '' as $$ ${body} $$`);
		try {
			await work();
		} finally {
			await original.sql.unsafe(kept!.source);
		}
	}

	test('decides instead of the rules', async () => {
		const chosen = await project.agent({ last_assigned_at: new Date() });
		await project.agent({ tier: 'senior' });
		await rule(seniorsForAll);
		const body = `begin return case when p_agent_id = '${chosen.id}' then 1 else 0 end; end`;
		await withScore(body, async () => {
			expect((await project.ask()).agent_id).toBe(chosen.id);
		});
	});

	test('null excludes an agent, who may still take the conversation', async () => {
		const agent = await project.agent();
		await withScore('begin return null; end', async () => {
			const asked = await project.ask();
			expect(asked).toMatchObject({ status: 'waiting', agent_id: null });
			await project.rpc(agent, 'take_support_conversation', { p_conversation_id: asked.id });
			expect(await project.stored(asked.id)).toMatchObject({ status: 'active' });
		});
	});

	test('that throws: the conversation is assigned without it, and agents see the fault', async () => {
		const agent = await project.agent();
		await rule(seniorsForAll);
		await withScore(`begin raise exception 'no such plan'; end`, async () => {
			expect(await project.ask()).toMatchObject({ status: 'active', agent_id: agent.id });
			await project.ask();
		});
		const fault = { source: 'support_assignment_score', message: 'no such plan', times: 2 };
		expect(await faults()).toEqual([fault]);
		const [live] = await project.rpc(agent, 'support_live');
		expect(live!.faults).toEqual([expect.objectContaining(fault)]);
	});
});
