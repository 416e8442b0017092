import { describe, expect, test } from 'vitest';
import { active, callIn, oneIn, stored } from '../helpers/conversations';
import {
	as,
	become,
	refusal,
	rolledBack,
	rpc,
	signedOut,
	type Row,
	type Transaction,
} from '../helpers/database';
import { createCustomer, createAgent, type Person } from '../helpers/people';

const HOOK = 'support_hooks.on_event';

/** Makes a function of the team's for one transaction. */
async function hook(tx: Transaction, body: string): Promise<void> {
	await tx.unsafe(`
		create or replace function support_hooks.on_event(event text, data jsonb)
		returns void language plpgsql set search_path = '' as $$ begin ${body} end $$`);
}

interface People {
	customer: Person;
	ada: Person;
	grace: Person;
}

const createPeople = async (): Promise<People> => ({
	customer: await createCustomer(),
	ada: await createAgent(),
	grace: await createAgent(),
});

/** A customer's conversation from start to stars, as its people call it. */
async function wholeLife(tx: Transaction, { customer, ada, grace }: People): Promise<Row> {
	const opened = await oneIn(tx, customer, 'start_support_conversation');
	const byId = { p_conversation_id: opened.id };
	await callIn(tx, ada, 'take_support_conversation', byId);
	await callIn(tx, ada, 'transfer_support_conversation', { ...byId, p_agent_id: grace.id });
	await callIn(tx, grace, 'release_support_conversation', byId);
	await callIn(tx, grace, 'escalate_support_conversation', byId);
	await callIn(tx, customer, 'end_support_conversation', byId);
	return oneIn(tx, customer, 'rate_support_conversation', { ...byId, p_rating: 5 });
}

const EVENTS = ['started', 'accepted', 'transferred', 'requeued', 'escalated', 'ended', 'rated'];
const ALL = ['chat.created', ...EVENTS.map((name) => `conversation.${name}`)];

describe('the team’s own hook', () => {
	test('is called in the transaction of each move, with the event', async () => {
		const people = await createPeople();
		await rolledBack(async (tx) => {
			await tx`create temporary table heard (n serial, event text, data jsonb) on commit drop`;
			await hook(tx, 'insert into pg_temp.heard (event, data) values (event, data);');
			const { id, chat_id } = await wholeLife(tx, people);
			const heard = await tx<Row[]>`select event, data from heard order by n`;
			expect(heard.map(({ event }) => event)).toEqual(ALL);
			expect(new Set(heard.slice(1).map(({ data }) => data.conversation_id))).toEqual(
				new Set([id]),
			);
			expect(new Set(heard.map(({ data }) => data.chat_id))).toEqual(new Set([chat_id]));
		}, 'read committed');
	});

	test.each([
		['raises', `raise exception 'the CRM is down';`, /the CRM is down/],
		['divides by zero', 'perform 1 / 0;', /division by zero/],
		['refuses with a coded error', `perform support_private.fail(409, 'no');`, /: no$/],
	])('that %s stops nothing; agents see the error, and how often', async (_what, body, message) => {
		const people = await createPeople();
		await rolledBack(async (tx) => {
			await hook(tx, body);
			expect(await wholeLife(tx, people)).toMatchObject({ status: 'ended', rating: 5 });
			const live = await oneIn(tx, people.ada, 'support_live');
			const fault = (live.faults as Row[]).find(({ source }) => source === HOOK)!;
			expect(fault).toMatchObject({ times: ALL.length, paused_until: null });
			expect(fault.message).toMatch(message);
			expect(fault.message).toMatch(/^conversation\.rated/);
		}, 'read committed');
	});

	test('what it wrote before it failed is taken back, the conversation is not', async () => {
		const people = await createPeople();
		await rolledBack(async (tx) => {
			await hook(
				tx,
				`update public.support_conversations set priority = 9 where id = (data ->> 'conversation_id')::uuid; raise exception 'x';`,
			);
			const { id } = await wholeLife(tx, people);
			const [kept] = await tx<
				Row[]
			>`select priority, status from public.support_conversations where id = ${id}`;
			expect(kept).toEqual({ priority: 1, status: 'ended' });
		}, 'read committed');
	});

	test('support_assignment_score is the database’s alone to call', async () => {
		const { id, customer, agent } = await active();
		const before = await stored(id);
		for (const caller of [signedOut, customer, agent, await createAgent('admin')]) {
			const args = { p_conversation_id: id, p_agent_id: agent.id };
			expect((await refusal(rpc(caller, 'support_assignment_score', args))).code).toBe('42501');
		}
		expect(await stored(id)).toEqual(before);
	});

	test('is called by no one else, and no one else can create one', async () => {
		const people = [
			signedOut,
			await createCustomer(),
			await createAgent(),
			await createAgent('admin'),
		];
		for (const caller of people)
			await rolledBack(async (tx) => {
				await hook(tx, 'null;');
				await become(tx, caller);
				for (const attempt of [
					`select support_hooks.on_event('x', '{}')`,
					`create function support_hooks.message_created(data jsonb) returns void language sql as ''`,
					`select support_private.emit('chat.created', '{}')`,
				])
					expect((await refusal(tx.savepoint((inner) => inner.unsafe(attempt)))).code).toBe(
						'42501',
					);
			});
	});
});

describe('faults', () => {
	test('are dismissed by admins, and come again when it fails again', async () => {
		const admin = await createAgent('admin');
		const [people, others] = [await createPeople(), await createPeople()];
		await rolledBack(async (tx) => {
			await hook(tx, `raise exception 'first';`);
			await wholeLife(tx, people);
			await tx`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${JSON.stringify(admin.claims)}, true)`;
			expect((await tx`delete from public.support_faults where source = ${HOOK}`).count).toBe(1);
			await tx`select set_config('role', 'none', true)`;
			await wholeLife(tx, others);
			const [fault] = await tx<
				Row[]
			>`select times from public.support_faults where source = ${HOOK}`;
			expect(fault!.times).toBe(ALL.length);
		}, 'read committed');
	});

	test('customers neither see nor make them', async () => {
		const customer = await createCustomer();
		expect(await as(customer, (tx) => tx`select from public.support_faults`)).toHaveLength(0);
		const forged = as(customer, (tx) => tx`select support_private.record_fault('x', 'y')`);
		expect((await refusal(forged)).code).toBe('42501');
		const { faults } = await as(customer, (tx) => tx`select public.support_live()`).then(
			() => ({ faults: 'seen' }),
			() => ({ faults: 'refused' }),
		);
		expect(faults).toBe('refused');
	});
});
