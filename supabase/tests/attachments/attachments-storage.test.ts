import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { png } from '../../functions/_shared/files/testing/valid-files.ts';
import type { Account } from '../../../local-stack/testing/people';
import { as, sql } from '../helpers/database';
import {
	BUCKET,
	customerWithChat,
	isStored,
	readyFile,
	sendFiles,
	sign,
	storage,
	ticket,
	upload,
} from '../helpers/files';
import { claimsOf } from '../helpers/http';
import { makeAgent, makeUser } from '../setup/clients';

type Customer = Account & { chatId: string };
let [customer, other]: Customer[] = [];
let stranger: Account;
let agent: Account;
let sent: string;

beforeAll(async () => {
	[customer, other] = [await customerWithChat(), await customerWithChat()];
	[stranger, agent] = [await makeUser(), await makeAgent()];
	const file = await readyFile(customer.accessToken, customer.chatId);
	await sendFiles(customer.accessToken, customer.chatId, [file.id]);
	sent = file.path;
});

const tokens = (): [string, string | undefined][] => [
	['their owner', customer!.accessToken],
	['a stranger', stranger.accessToken],
	['another customer', other!.accessToken],
	['agent', agent.accessToken],
	['a signed-out caller', undefined],
];

/**
 * Actions that no user can do, whatever policies the host has: tried again below with a policy that allows
 * everything.
 */
async function expectClosed(): Promise<void> {
	for (const [who, token] of tokens()) {
		const refused = async (what: string, answer: Promise<{ status: number }>) =>
			expect([who, what, (await answer).status >= 400]).toEqual([who, what, true]);
		const fresh = `${customer!.chatId}/${randomUUID()}.png`;
		await refused('upload without a ticket', upload(token, fresh));
		await refused('upload beside the chats', upload(token, `${randomUUID()}.png`));
		await refused('overwrite', upload(token, sent, png(9, 9), 'image/png', { 'x-upsert': 'true' }));
		await refused(
			'replace',
			storage(token, 'PUT', `object/${BUCKET}/${sent}`, png(9, 9), { 'content-type': 'image/png' }),
		);
		const move = { bucketId: BUCKET, sourceKey: sent, destinationKey: fresh };
		await refused('move', storage(token, 'POST', 'object/move', move));
		await refused('copy', storage(token, 'POST', 'object/copy', move));
		await storage(token, 'DELETE', `object/${BUCKET}/${sent}`);
		await storage(token, 'DELETE', `object/${BUCKET}`, { prefixes: [sent] });
		await storage(token, 'DELETE', `bucket/${BUCKET}`);
		await storage(token, 'POST', `bucket/${BUCKET}/empty`);
		await storage(token, 'PUT', `bucket/${BUCKET}`, { public: true });
		expect([who, await isStored(sent), await isStored(fresh)]).toEqual([who, true, false]);
	}
	const [bucket] = await sql`select public from storage.buckets where id = ${BUCKET}`;
	expect(bucket).toEqual({ public: false });
	const { bytes } = await storage(
		customer!.accessToken,
		'GET',
		`object/authenticated/${BUCKET}/${sent}`,
	);
	expect(bytes).toEqual(png());
}

/** Readers of a sent file: its chat's customer and agents. No one lists files. */
async function expectReaders(): Promise<void> {
	const folder = sent.split('/')[0]!;
	const readers: unknown[] = [];
	for (const [who, token] of tokens()) {
		const got = await storage(token, 'GET', `object/authenticated/${BUCKET}/${sent}`);
		const list = await storage(token, 'POST', `object/list/${BUCKET}`, { prefix: folder });
		const signed = await sign(token, [sent]);
		readers.push([
			who,
			got.status === 200,
			Array.isArray(list.body) && list.body.length === 1,
			Boolean(signed[0]?.signedURL),
		]);
	}
	expect(readers).toEqual([
		['their owner', true, false, true],
		['a stranger', false, false, false],
		['another customer', false, false, false],
		['agent', true, false, true],
		['a signed-out caller', false, false, false],
	]);
}

describe('the bucket', () => {
	test('takes nothing without a ticket, and gives nothing away', () => expectClosed());
	test('is readable by the chat’s customer and agents alone', () => expectReaders());

	test('is not public', async () => {
		const answer = await fetch(
			`${inject('stack').apiUrl}/storage/v1/object/public/${BUCKET}/${sent}`,
		);
		expect(answer.status).toBeGreaterThanOrEqual(400);
	});

	test('takes a file once, from whom the ticket is for, at its path', async () => {
		const { body } = await ticket(customer!.accessToken, customer!.chatId);
		for (const [who, token] of tokens().slice(1))
			expect([who, (await upload(token, body.path)).status >= 400]).toEqual([who, true]);
		const elsewhere = `${customer!.chatId}/${body.id}.svg`;
		expect((await upload(customer!.accessToken, elsewhere)).status).toBeGreaterThanOrEqual(400);
		expect((await upload(customer!.accessToken, body.path)).status).toBe(200);
		const again = await upload(customer!.accessToken, body.path, png(5, 5));
		expect(again.status).toBeGreaterThanOrEqual(400);
		const over = await upload(customer!.accessToken, body.path, png(5, 5), 'image/png', {
			'x-upsert': 'true',
		});
		expect(over.status).toBeGreaterThanOrEqual(400);
	});

	test('refuses another type and what is too large by itself', async () => {
		const size = 10 * 1_048_576;
		const { body } = await ticket(customer!.accessToken, customer!.chatId, { size });
		const wrong = await upload(
			customer!.accessToken,
			body.path,
			Buffer.from('<svg/>'),
			'image/svg+xml',
		);
		expect(wrong.body).toMatchObject({ error: 'invalid_mime_type' });
		const large = await upload(
			customer!.accessToken,
			body.path,
			new Uint8Array(10 * 1_048_576 + 1),
		);
		expect(large.body).toMatchObject({ statusCode: '413' });
		expect(await isStored(body.path)).toBe(false);
	});

	test('hides bytes that came after the check, as when two uploads race for one path', async () => {
		const file = await readyFile(other!.accessToken, other!.chatId);
		// Asked of the policy itself: this Storage would not find bytes for a version that it never wrote.
		const caller = { role: 'authenticated' as const, claims: claimsOf(other!.accessToken) };
		const visible = () =>
			as(caller, async (tx) => {
				await tx`select set_config('storage.operation', 'storage.object.get_authenticated', true)`;
				return await tx`select from storage.objects where name = ${file.path}`;
			});
		expect(await visible()).toHaveLength(1);
		await sql`update storage.objects set version = ${randomUUID()} where name = ${file.path}`;
		expect(await visible()).toHaveLength(0);
		const answer = await sendFiles(other!.accessToken, other!.chatId, [file.id]);
		expect(answer.body.message).toBe('support_attachment_not_found');
	});

	test('takes nothing from whom the team has let go', async () => {
		const gone = await makeAgent();
		const { body } = await ticket(gone.accessToken, customer!.chatId);
		await sql`delete from public.support_agents where user_id = ${gone.id}`;
		expect((await upload(gone.accessToken, body.path)).status).toBeGreaterThanOrEqual(400);
	});
});

describe('beside a host that opens everything of its own', () => {
	beforeAll(async () => {
		await sql`insert into storage.buckets (id, name) values ('host-files', 'host-files') on conflict do nothing`;
		await sql`
			create policy "Host: everybody everything" on storage.objects for all to public
			using (true) with check (true)`;
	});
	afterAll(() => sql`drop policy "Host: everybody everything" on storage.objects`);

	test('the bucket stays as closed', () => expectClosed());
	test('the bucket is read by the same people', () => expectReaders());

	test('what has a ticket but was not checked stays unread, even by its uploader', async () => {
		const { body } = await ticket(customer!.accessToken, customer!.chatId);
		expect((await upload(customer!.accessToken, body.path)).status).toBe(200);
		for (const [who, token] of tokens()) {
			const got = await storage(token, 'GET', `object/authenticated/${BUCKET}/${body.path}`);
			expect([who, got.status >= 400]).toEqual([who, true]);
		}
	});

	test('nothing can be moved or copied out of it, or into it', async () => {
		const own = `host-${randomUUID()}.png`;
		const put = await storage(customer!.accessToken, 'POST', `object/host-files/${own}`, png(), {
			'content-type': 'image/png',
		});
		expect(put.status).toBe(200);
		const { body } = await ticket(customer!.accessToken, customer!.chatId);
		const moves = [
			{
				bucketId: BUCKET,
				sourceKey: sent,
				destinationBucket: 'host-files',
				destinationKey: `out-${own}`,
			},
			{
				bucketId: 'host-files',
				sourceKey: own,
				destinationBucket: BUCKET,
				destinationKey: `${customer!.chatId}/${randomUUID()}.png`,
			},
		];
		for (const move of moves)
			expect(
				(await storage(customer!.accessToken, 'POST', 'object/move', move)).status,
			).toBeGreaterThanOrEqual(400);
		const copy = {
			bucketId: 'host-files',
			sourceKey: own,
			destinationBucket: BUCKET,
			destinationKey: sent,
		};
		expect(
			(await storage(customer!.accessToken, 'POST', 'object/copy', copy)).status,
		).toBeGreaterThanOrEqual(400);
		expect([await isStored(sent), await isStored(body.path)]).toEqual([true, false]);
	});

	test('the host’s own bucket works as before, for all callers', async () => {
		for (const [who, token] of tokens()) {
			const path = `object/host-files/${randomUUID()}.png`;
			const put = await storage(token, 'POST', path, png(), { 'content-type': 'image/png' });
			const got = await storage(token, 'GET', path.replace('object/', 'object/authenticated/'));
			const gone = await storage(token, 'DELETE', path);
			expect([who, put.status, got.status, gone.status]).toEqual([who, 200, 200, 200]);
		}
	});
});
