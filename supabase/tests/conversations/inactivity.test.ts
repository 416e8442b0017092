import { expect, test } from 'vitest';
import { active, callIn, ended, waiting } from '../helpers/conversations';
import {
	onAnotherConnection,
	rolledBack,
	sql,
	type Row,
	type Transaction,
} from '../helpers/database';
import { randomUUID } from 'node:crypto';

// Longer than any other test's conversation is old: runs of the job end none of theirs.
const MINUTES = 43_200;

async function quietFor(id: string, minutes: number): Promise<void> {
	await sql`
		update public.support_conversations set last_message_at = now() - ${minutes} * interval '1 minute'
		where id = ${id}`;
}

async function runJob(tx: Transaction, minutes: number | null = MINUTES): Promise<void> {
	await tx`update public.support_settings set inactivity_minutes = ${minutes}, end_message = '{"en": "Closed"}'`;
	await tx`select support_private.work_conversations()`;
}

async function statusIn(tx: Transaction, id: string): Promise<Row> {
	const [row] = await tx<Row[]>`select * from public.support_conversations where id = ${id}`;
	return row!;
}

test.each([waiting, active])('a conversation ends when no one writes for so long', async (make) => {
	const { id, chatId } = await make();
	await quietFor(id, MINUTES + 1);
	await rolledBack(async (tx) => {
		await runJob(tx);
		const done = await statusIn(tx, id);
		expect(done).toMatchObject({ status: 'ended', ended_by: 'inactivity', ended_by_id: null });
		const [last] = await tx<Row[]>`
			select content, sender_type from public.support_messages
			where chat_id = ${chatId} order by seq desc limit 1`;
		expect(last).toEqual({ content: 'Closed', sender_type: 'system' });
	}, 'read committed');
});

test('not a minute earlier', async () => {
	const { id } = await active();
	await quietFor(id, MINUTES - 1);
	await rolledBack(async (tx) => {
		await runJob(tx);
		expect(await statusIn(tx, id)).toMatchObject({ status: 'active' });
	}, 'read committed');
});

test('never by default', async () => {
	const { id } = await active();
	await quietFor(id, MINUTES * 10);
	await rolledBack(async (tx) => {
		await runJob(tx, null);
		expect(await statusIn(tx, id)).toMatchObject({ status: 'active' });
	}, 'read committed');
});

test('whoever writes, customer or agents, begins the time anew', async () => {
	for (const who of ['customer', 'agent'] as const) {
		const conversation = await active();
		await quietFor(conversation.id, MINUTES + 1);
		await rolledBack(async (tx) => {
			await callIn(tx, conversation[who], 'send_support_message', {
				p_id: randomUUID(),
				p_chat_id: conversation.chatId,
				p_content: 'still here',
			});
			await runJob(tx);
			expect(await statusIn(tx, conversation.id)).toMatchObject({ status: 'active' });
		}, 'read committed');
	}
});

test('one that ended stays as it ended', async () => {
	const { id } = await ended();
	await quietFor(id, MINUTES + 1);
	await rolledBack(async (tx) => {
		const before = await statusIn(tx, id);
		await runJob(tx);
		expect(await statusIn(tx, id)).toEqual(before);
	}, 'read committed');
});

test('the job does not wait for a chat that is being written to', async () => {
	const { id, chatId } = await active();
	await quietFor(id, MINUTES + 1);
	await sql.begin(async (writer) => {
		await writer`select from public.support_chats where id = ${chatId} for update`;
		const whileWriting = async (tx: Transaction): Promise<void> => {
			await tx`set local lock_timeout = '5s'`;
			await runJob(tx);
			expect(await statusIn(tx, id)).toMatchObject({ status: 'active' });
		};
		await onAnotherConnection(() => rolledBack(whileWriting, 'read committed'));
	});
});

test('runs every minute by itself', async () => {
	const jobs = await sql<Row[]>`
		select schedule, command from cron.job where jobname = 'support-chat-conversations'`;
	expect([...jobs]).toEqual([
		{ schedule: '* * * * *', command: 'select support_private.work_conversations()' },
	]);
});
