import { beforeAll, describe, expect, test } from 'vitest';
import {
	as,
	coded,
	one,
	refusal,
	rpc,
	secretKey,
	signedOut,
	sql,
	type Caller,
	type Row,
} from '../helpers/database';
import { active, take, transfer, waiting } from '../helpers/conversations';
import { useLiveProject } from '../helpers/live-project';
import {
	createCustomer,
	createRemovedAgent,
	createAgent,
	send,
	type Person,
} from '../helpers/people';

const UUID = '00000000-0000-4000-8000-000000000000';
const project = useLiveProject();

const rows = (conversationId: string): Promise<Row[]> =>
	sql<Row[]>`
		select * from public.support_notifications
		where conversation_id = ${conversationId} and kind = 'staff_assigned' order by created_at`;
const heard = (agentId: string, on = sql): Promise<Row[]> =>
	on<Row[]>`
		select event, private, payload from realtime.messages where topic = ${`support_agent:${agentId}`}
		order by inserted_at`;
/** The time as text: the driver's own times end at milliseconds. */
const listed = (caller: Caller, after: string | null = null): Promise<Row[]> =>
	as(caller, async (tx) => {
		const found = await tx<{ row: Row }[]>`
			select to_jsonb(n) as row from public.list_support_notices(${after}::text::timestamptz) n`;
		return found.map(({ row }) => row);
	});
const notify = (
	caller: Caller,
	agentId: string,
	conversationId: string,
	note: string | null,
): Promise<Row[]> =>
	rpc(caller, 'support_notify_agent', {
		...{ p_user_id: agentId, p_conversation_id: conversationId, p_note: note },
	});

describe('a notice about an assigned conversation', () => {
	test('is sent to the new agent alone after a transfer, and is stored', async () => {
		const [mika, sam] = [await createAgent(), await createAgent('agent', 'Sam')];
		const { id, chatId, customer } = await active(mika);
		await transfer(mika, id, sam.id);
		expect(await rows(id)).toMatchObject([
			{ agent_id: sam.id, chat_id: chatId, status: 'sent', note: null, recipient: null },
		]);
		expect(await heard(sam.id)).toMatchObject([
			{
				event: 'notice',
				private: true,
				payload: {
					type: 'notice',
					notice: { chat_id: chatId, conversation_id: id, user_email: customer.email, note: null },
				},
			},
		]);
		expect(await heard(mika.id)).toEqual([]);
		expect(await listed(sam)).toMatchObject([{ conversation_id: id, user_email: customer.email }]);
		expect(await listed(mika)).toEqual([]);
		const attempts = await sql`
			select a.* from public.support_notification_attempts a
			join public.support_notifications n on n.id = a.notification_id where n.conversation_id = ${id}`;
		expect(attempts).toMatchObject([{ attempt: 1, outcome: 'sent' }]);
	});

	test('is not created for an agent who took it: by taking, replying, or a transfer to oneself', async () => {
		const [mika, sam] = [await createAgent(), await createAgent()];
		const taken = await waiting();
		await take(mika, taken.id);
		const answered = await waiting();
		await send(mika, answered.chatId, 'Hello');
		const own = await active(sam);
		await transfer(mika, own.id, mika.id);
		for (const { id } of [taken, answered, own]) expect(await rows(id)).toEqual([]);
		expect(await heard(mika.id)).toEqual([]);
	});

	test('is not sent twice when nothing changes', async () => {
		const [mika, sam] = [await createAgent(), await createAgent()];
		const { id } = await active(mika);
		await transfer(mika, id, sam.id);
		await transfer(mika, id, sam.id);
		expect(await rows(id)).toHaveLength(1);
	});

	test('is withdrawn when someone else has the conversation', async () => {
		const [mika, sam] = [await createAgent(), await createAgent()];
		const { id } = await active(mika);
		await transfer(mika, id, sam.id);
		await transfer(mika, id, mika.id);
		expect(await listed(sam)).toEqual([]);
	});

	test('is sent when the queue assigns, also on the agent’s own heartbeat', async () => {
		await project.settings({ auto_assign: true });
		const given = await project.agent({ max_active: 1 });
		const first = await project.ask();
		const late = await project.agent({ last_seen_at: null });
		const second = await project.ask();
		expect([first.agent_id, second.agent_id]).toEqual([given.id, null]);
		await project.rpc(late, 'support_heartbeat');
		for (const [agent, conversation] of [
			[given, first],
			[late, second],
		] as const) {
			expect(await heard(agent.id, project.sql)).toMatchObject([
				{ payload: { notice: { conversation_id: conversation.id } } },
			]);
			expect(await project.rpc(agent, 'list_support_notices')).toMatchObject([
				{ conversation_id: conversation.id },
			]);
		}
	});
});

describe('list_support_notices', () => {
	test('returns notices newer than a time, oldest first, of the last ten minutes by default', async () => {
		const [mika, sam] = [await createAgent(), await createAgent()];
		const ids = [await active(mika), await active(mika)].map(({ id }) => id);
		for (const id of ids) await transfer(mika, id, sam.id);
		const all = await listed(sam);
		expect(all.map(({ conversation_id }) => conversation_id)).toEqual(ids);
		expect(await listed(sam, all[0]!.created_at)).toMatchObject([{ conversation_id: ids[1] }]);
		expect(await listed(sam, all[1]!.created_at)).toEqual([]);
		await sql`
			update public.support_notifications set created_at = created_at - interval '11 minutes'
			where conversation_id = ${ids[0]!}`;
		expect(await listed(sam)).toHaveLength(1);
		expect(await listed(sam, '2020-01-01T00:00:00Z')).toHaveLength(2);
	});

	test('is for the team alone', async () => {
		for (const caller of [await createCustomer(), await createRemovedAgent()])
			expect(await refusal(listed(caller))).toEqual(coded(403, 'support_forbidden'));
		expect((await refusal(listed(signedOut))).code).toBe('42501');
	});
});

describe('support_notify_agent', () => {
	let agent: Person;
	let conversation: Awaited<ReturnType<typeof waiting>>;
	beforeAll(async () => {
		agent = await createAgent();
		conversation = await waiting();
	});

	test('notifies a supervisor, with a note, of a conversation that they do not have', async () => {
		await notify(secretKey, agent.id, conversation.id, '  Angry <b>customer</b>  ');
		expect(await listed(agent)).toMatchObject([
			{ conversation_id: conversation.id, note: 'Angry <b>customer</b>' },
		]);
		expect(await heard(agent.id)).toMatchObject([
			{ payload: { notice: { note: 'Angry <b>customer</b>' } } },
		]);
	});

	test('works in the SQL editor and in hooks', async () => {
		const [row] =
			await sql`select public.support_notify_agent(${agent.id}, ${conversation.id}) as id`;
		expect(row!.id).toMatch(/^[0-9a-f-]{36}$/);
	});

	test('takes 500 characters and says so', async () => {
		await notify(secretKey, agent.id, conversation.id, '😀'.repeat(500));
		const long = notify(secretKey, agent.id, conversation.id, '😀'.repeat(501));
		expect(await refusal(long)).toEqual(coded(400, 'support_note_too_long'));
	});

	test('rejects an unknown agent or conversation', async () => {
		const customer = await createCustomer();
		for (const id of [UUID, customer.id])
			expect(await refusal(notify(secretKey, id, conversation.id, null))).toEqual(
				coded(404, 'support_agent_not_found'),
			);
		expect(await refusal(notify(secretKey, agent.id, UUID, null))).toEqual(
			coded(404, 'support_conversation_not_found'),
		);
	});

	test('is for the secret key alone', async () => {
		for (const caller of [signedOut, await createCustomer(), agent, await createAgent('admin')])
			expect((await refusal(notify(caller, agent.id, conversation.id, null))).code).toBe('42501');
	});

	test('its record stays when the agent leaves', async () => {
		const leaver = await createAgent();
		const { id } = await waiting();
		await notify(secretKey, leaver.id, id, 'Look');
		await sql`delete from public.support_agents where user_id = ${leaver.id}`;
		expect(await rows(id)).toMatchObject([{ agent_id: null, note: 'Look' }]);
	});
});

describe('reading notices', () => {
	test('admins see every notice and attempt, agents and customers none, not even their own', async () => {
		const [mika, sam] = [await createAgent(), await createAgent()];
		const { id, customer } = await active(mika);
		await transfer(mika, id, sam.id);
		const seen = (caller: Caller, table: string): Promise<Row[]> =>
			as(caller, (tx) => tx.unsafe(`select notification_id from public.${table}`)) as never;
		const mails = (caller: Caller): Promise<Row[]> =>
			as(
				caller,
				(tx) => tx`select id from public.support_notifications where conversation_id = ${id}`,
			) as never;
		expect(await mails(await createAgent('admin'))).toHaveLength(1);
		expect(
			(await seen(await createAgent('admin'), 'support_notification_attempts')).length,
		).toBeGreaterThan(0);
		for (const caller of [customer, mika, sam, await createRemovedAgent()]) {
			expect(await mails(caller)).toEqual([]);
			expect(await seen(caller, 'support_notification_attempts')).toEqual([]);
		}
	});

	test('each kind has its own columns and no others', async () => {
		const { id, chatId } = await waiting();
		for (const columns of [
			`(kind, due_at) values ('test', now())`,
			`(kind, due_at, recipient, chat_id) values ('test', now(), 'a@b.c', '${chatId}')`,
			`(kind, due_at, recipient, chat_id) values ('staff_waiting', now(), 'a@b.c', '${chatId}')`,
			`(kind, due_at, chat_id, conversation_id) values ('staff_waiting', now(), '${chatId}', '${id}')`,
			`(kind, due_at, chat_id) values ('user_reply', now(), '${chatId}')`,
			`(kind, due_at, recipient) values ('other', now(), 'a@b.c')`,
		])
			expect(
				(await refusal(sql.unsafe(`insert into public.support_notifications ${columns}`))).code,
			).toBe('23514');
		expect(
			await one(rpc(await createAgent(), 'support_live').then((all) => all.slice(0, 1))),
		).toBeDefined();
	});
});
