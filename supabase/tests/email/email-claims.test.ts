import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
	answer,
	claim,
	makeChat,
	notifications,
	read,
	useEmailProject,
	wait,
	type Row,
} from '../helpers/email-project';

const project = useEmailProject();
const REQUEST = { from: 'a@b.c', to: ['x@y.z'], subject: 's', html: 'h', text: 't', headers: {} };

const begin = (id: string, worker: string, request: Row = REQUEST): Promise<Row | null> =>
	project.call('support_begin_email', { p_id: id, p_worker: worker, p_request: request }, z.any());
const finish = (id: string, worker: string, outcome: string, more: Row = {}): Promise<unknown> =>
	project.call(
		'support_finish_email',
		{ p_id: id, p_worker: worker, p_outcome: outcome, ...more },
		z.any(),
	);

/** An email that is due. */
async function dueMail(): Promise<Awaited<ReturnType<typeof makeChat>>> {
	const chat = await makeChat(project);
	await answer(project, chat.chatId);
	await wait(project, '5 minutes');
	return chat;
}

describe('claiming', () => {
	test('nothing before its time, and then the data of the email', async () => {
		const { chatId, email } = await makeChat(project);
		await answer(project, chatId, 'One');
		await answer(project, chatId, 'Two');
		await wait(project, '4 minutes 55 seconds');
		expect(await claim(project)).toEqual([]);
		await wait(project, '5 seconds');
		const [mail, ...others] = await claim(project);
		expect(others).toEqual([]);
		expect(mail).toMatchObject({
			chat_id: chatId,
			recipient: email,
			idempotency_key: `support-reply/${chatId}/1`,
			messages: [
				{ content: 'One', sender_name: 'Mika' },
				{ content: 'Two', sender_name: 'Mika' },
			],
			request: null,
		});
		expect(mail!.unsubscribe_token).toMatch(/^[0-9a-f]{64}$/);
	});

	test('many workers at once get each email once', async () => {
		for (let index = 0; index < 12; index++)
			await answer(project, (await makeChat(project)).chatId);
		await wait(project, '5 minutes');
		const batches = await Promise.all(
			Array.from({ length: 6 }, () => claim(project, randomUUID(), 3)),
		);
		const ids = batches.flat().map(({ id }) => id);
		expect(ids.length).toBeGreaterThan(0);
		expect(new Set(ids).size).toBe(ids.length);
		const rest = (await claim(project, randomUUID(), 100)).map(({ id }) => id);
		expect(new Set([...ids, ...rest]).size).toBe(12);
	});

	test('a worker that died loses the email after its lease, to one other', async () => {
		await dueMail();
		const [first] = await claim(project);
		expect(await claim(project)).toEqual([]);
		await wait(project, '5 minutes');
		const [second] = await claim(project);
		expect(second).toMatchObject({ id: first!.id, idempotency_key: first!.idempotency_key });
	});

	test.each<[string, (chat: Row) => Promise<unknown>]>([
		['read', ({ chatId }) => read(project, chatId)],
		[
			'archived',
			({ chatId }) =>
				project.sql`update public.support_chats set archived_at = now() where id = ${chatId}`,
		],
		[
			'no_address',
			({ userId }) =>
				project.sql`update auth.users set email_confirmed_at = null where id = ${userId}`,
		],
		[
			'no_address',
			({ userId }) => project.sql`update auth.users set email = null where id = ${userId}`,
		],
		[
			'no_address',
			({ userId }) =>
				project.sql`update auth.users set email = ${`a@b.c\r\nBcc: ${userId}@b.c`} where id = ${userId}`,
		],
		[
			'no_address',
			({ userId }) =>
				project.sql`update auth.users set banned_until = now() + interval '1 day' where id = ${userId}`,
		],
		[
			'unsubscribed',
			({ userId }) =>
				project.sql`
					insert into public.support_email_preferences (user_id, unsubscribed_at) values (${userId}, now())
					on conflict (user_id) do update set unsubscribed_at = now()`,
		],
		['disabled', () => project.sql`update public.support_settings set email_enabled = false`],
	])('skips what must not be sent, and keeps the reason: %s', async (reason, happens) => {
		const before = await dueMail();
		await happens(before);
		expect(await claim(project)).toEqual([]);
		expect(await notifications(project, before.chatId)).toMatchObject([
			{ status: 'skipped', skip_reason: reason, request: null },
		]);

		await project.sql`update public.support_settings set email_enabled = true`;
		const between = await dueMail();
		const worker = randomUUID();
		const [mail] = await claim(project, worker);
		await happens(between);
		expect(await begin(mail!.id, worker)).toBeNull();
		expect(await notifications(project, between.chatId)).toMatchObject([
			{ status: 'skipped', skip_reason: reason },
		]);
	});

	test('an address gets a limited number of emails a day; the others wait', async () => {
		await project.sql`update public.support_settings set email_daily_cap = 2`;
		const { chatId } = await makeChat(project);
		for (let round = 0; round < 2; round++) {
			await answer(project, chatId);
			await wait(project, '5 minutes');
			const worker = randomUUID();
			const [mail] = await claim(project, worker);
			await begin(mail!.id, worker);
			await finish(mail!.id, worker, 'sent', { p_provider_id: 'x' });
		}
		await answer(project, chatId);
		await wait(project, '5 minutes');
		expect(await claim(project)).toEqual([]);
		expect((await notifications(project, chatId)).at(-1)).toMatchObject({ status: 'pending' });
		await wait(project, '25 hours');
		expect(await claim(project)).toHaveLength(1);
	});
});

describe('sending', () => {
	test('every attempt has the text of the first', async () => {
		await dueMail();
		const worker = randomUUID();
		const [mail] = await claim(project, worker);
		expect(await begin(mail!.id, worker)).toEqual(REQUEST);
		await wait(project, '5 minutes');
		const other = randomUUID();
		const [again] = await claim(project, other);
		expect(again!.request).toEqual(REQUEST);
		expect(await begin(mail!.id, other, { ...REQUEST, text: 'other' })).toEqual(REQUEST);
	});

	test('only the worker with the lease may begin', async () => {
		await dueMail();
		const worker = randomUUID();
		const [mail] = await claim(project, worker);
		expect(await begin(mail!.id, randomUUID())).toBeNull();
		await wait(project, '5 minutes');
		expect(await begin(mail!.id, worker)).toBeNull();
	});

	test('a reply that joins after the claim returns the email to waiting', async () => {
		const { chatId } = await dueMail();
		const worker = randomUUID();
		const [mail] = await claim(project, worker);
		await answer(project, chatId);
		expect(await begin(mail!.id, worker)).toBeNull();
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'pending', last_seq: 2 },
		]);
	});

	test('a reply after the text was fixed makes an email of its own', async () => {
		const { chatId } = await dueMail();
		const worker = randomUUID();
		const [mail] = await claim(project, worker);
		await begin(mail!.id, worker);
		await answer(project, chatId);
		await finish(mail!.id, worker, 'sent', { p_provider_id: 'x' });
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'sent', first_seq: 1, last_seq: 1, request: null, provider_id: 'x' },
			{ status: 'pending', first_seq: 2, last_seq: 2 },
		]);
		await wait(project, '5 minutes');
		const [next] = await claim(project);
		expect(next).toMatchObject({
			idempotency_key: `support-reply/${chatId}/2`,
			messages: [{ seq: 2 }],
		});
	});

	test('a sent email counts even if the lease has expired', async () => {
		const { chatId } = await dueMail();
		const worker = randomUUID();
		const [mail] = await claim(project, worker);
		await begin(mail!.id, worker);
		await wait(project, '5 minutes');
		await claim(project);
		await finish(mail!.id, worker, 'sent', { p_provider_id: 'x' });
		expect(await notifications(project, chatId)).toMatchObject([{ status: 'sent' }]);
	});

	test('backs off after each unanswered attempt, and gives up within the life of the key', async () => {
		const { chatId } = await dueMail();
		let hours = 0;
		for (let attempt = 1; attempt <= 10; attempt++) {
			const worker = randomUUID();
			const [mail] = await claim(project, worker);
			expect(mail, `attempt ${attempt}`).toBeDefined();
			await begin(mail!.id, worker);
			await finish(mail!.id, worker, 'retry', { p_error: 'no answer' });
			expect(await claim(project)).toEqual([]);
			const minutes = 2 ** Math.min(attempt - 1, 7);
			await wait(project, `${minutes} minutes`);
			hours += minutes / 60;
		}
		expect(hours).toBeLessThan(20);
		expect(await claim(project)).toEqual([]);
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'failed', last_error: 'gave up: no answer', request: null },
		]);
	});

	test('does not try again what may have been sent a day ago', async () => {
		const { chatId } = await dueMail();
		const worker = randomUUID();
		const [mail] = await claim(project, worker);
		await begin(mail!.id, worker);
		await wait(project, '21 hours');
		expect(await claim(project)).toEqual([]);
		expect(await notifications(project, chatId)).toMatchObject([{ status: 'failed' }]);
	});

	test('an email that was rejected permanently stays, with the error', async () => {
		const { chatId } = await dueMail();
		const worker = randomUUID();
		const [mail] = await claim(project, worker);
		await begin(mail!.id, worker);
		await finish(mail!.id, worker, 'failed', { p_error: '422 validation_error' });
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'failed', last_error: '422 validation_error', request: null },
		]);
	});

	test('an email that was not accepted waits, is not counted, and includes further replies', async () => {
		const { chatId } = await dueMail();
		const worker = randomUUID();
		const [mail] = await claim(project, worker);
		await begin(mail!.id, worker);
		await finish(mail!.id, worker, 'postponed', { p_error: '429', p_retry_after: 30 });
		expect(await claim(project)).toEqual([]);
		await answer(project, chatId);
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'pending', attempts: 0, request: null, uncertain_since: null, last_seq: 2 },
		]);
	});

	test('emails that a worker claimed and did not begin can be released', async () => {
		await dueMail();
		const worker = randomUUID();
		await claim(project, worker);
		await project.call('support_release_emails', { p_worker: worker }, z.any());
		expect(await claim(project)).toHaveLength(1);
	});
});
