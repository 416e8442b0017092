import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { png, pngChunk } from '../../functions/_shared/files/testing/valid-files.ts';
import { sql } from '../helpers/database';
import {
	BUCKET,
	check,
	customerWithChat,
	isStored,
	readyFile,
	sendFiles,
	sign,
	storage,
	ticket,
	upload,
} from '../helpers/files';

let customer: Awaited<ReturnType<typeof customerWithChat>>;
let sent: string;

beforeAll(async () => {
	customer = await customerWithChat();
	const file = await readyFile(customer.accessToken, customer.chatId);
	await sendFiles(customer.accessToken, customer.chatId, [file.id]);
	sent = file.path;
});

const YEARS = 31 * 365 * 24 * 3600;

/** Uploads without saying how long it is. */
async function uploadUnannounced(path: string, bytes: Uint8Array): Promise<number> {
	const { apiUrl, publishableKey } = inject('stack');
	const init = {
		method: 'POST',
		headers: {
			apikey: publishableKey,
			authorization: `Bearer ${customer.accessToken}`,
			'content-type': 'image/png',
		},
		body: new Blob([new Uint8Array(bytes)]).stream(),
		duplex: 'half',
	};
	return (await fetch(`${apiUrl}/storage/v1/object/${BUCKET}/${path}`, init)).status;
}

describe('addresses of files', () => {
	test('no user can sign an address, be it for 31 years or a second', async () => {
		for (const expiresIn of [1, 300, YEARS]) {
			const one = await storage(customer.accessToken, 'POST', `object/sign/${BUCKET}/${sent}`, {
				expiresIn,
			});
			expect(one.status).toBeGreaterThanOrEqual(400);
			const many = await storage(customer.accessToken, 'POST', `object/sign/${BUCKET}`, {
				expiresIn,
				paths: [sent],
			});
			expect(many.body).toMatchObject([{ path: sent, signedURL: null }]);
		}
	});

	test('the Edge Function signs for five minutes, whatever the request says', async () => {
		const before = Date.now() / 1000;
		const [signed] = await sign(customer.accessToken, [sent]);
		const token = new URL(String(signed!.signedURL), 'http://x').searchParams.get('token');
		const { exp } = JSON.parse(Buffer.from(token!.split('.')[1]!, 'base64url').toString());
		expect(exp - before).toBeGreaterThan(290);
		expect(exp - before).toBeLessThanOrEqual(300 + (Date.now() / 1000 - before) + 1);
		expect(await sign(customer.accessToken, ['x/../y.png'])).toEqual([]);
		expect(await sign(customer.accessToken, new Array<string>(101).fill(sent))).toEqual([]);
	});

	test('ends with what the caller may see', async () => {
		const unknown = `${customer.chatId}/${randomUUID()}.png`;
		expect(await sign(customer.accessToken, [unknown, sent])).toMatchObject([
			{ path: unknown, signedURL: null },
			{ path: sent, signedURL: expect.stringContaining(sent) },
		]);
	});
});

describe('a ticket', () => {
	test('is good for an hour, and the same one is renewed', async () => {
		const id = randomUUID();
		const { body } = await ticket(customer.accessToken, customer.chatId, { id });
		await sql`
			update public.support_attachments set ticket_expires_at = now() - interval '1 second'
			where id = ${id}`;
		expect((await upload(customer.accessToken, body.path)).status).toBeGreaterThanOrEqual(400);
		const renewed = await ticket(customer.accessToken, customer.chatId, { id });
		expect(renewed.body.path).toBe(body.path);
		expect((await upload(customer.accessToken, body.path)).status).toBe(200);
	});

	test('takes no more bytes than it says', async () => {
		const large = png(2, 2, pngChunk('tEXt', 'a'.repeat(20_000)));
		const { body } = await ticket(customer.accessToken, customer.chatId, { size: 100 });
		const refused = await upload(customer.accessToken, body.path, large);
		expect(refused.status).toBeGreaterThanOrEqual(400);
		expect(await isStored(body.path)).toBe(false);
	});

	test('is compared with what came, if Storage could not know before', async () => {
		const large = png(2, 2, pngChunk('tEXt', 'a'.repeat(20_000)));
		const { body } = await ticket(customer.accessToken, customer.chatId, { size: 100 });
		expect(await uploadUnannounced(body.path, large)).toBe(200);
		const checked = await check(customer.accessToken, body.id);
		expect([checked.status, checked.body.code]).toEqual([422, 'support_file_too_large']);
		expect(await isStored(body.path)).toBe(false);
	});

	test('gives no address to upload to, which would outlive it', async () => {
		const { body } = await ticket(customer.accessToken, customer.chatId);
		const path = `object/upload/sign/${BUCKET}/${body.path}`;
		const answer = await storage(customer.accessToken, 'POST', path, {});
		expect(answer.status).toBeGreaterThanOrEqual(400);
	});
});

describe('checks', () => {
	const claim = (id: string) => sql`select * from public.support_claim_upload(${id})`;
	async function uploaded(): Promise<string> {
		const { body } = await ticket(customer.accessToken, customer.chatId);
		await upload(customer.accessToken, body.path);
		return body.id;
	}

	test('of one file: one works, the others get an error to retry later', async () => {
		const id = await uploaded();
		await claim(id);
		const answers = await Promise.all(
			Array.from({ length: 10 }, () => check(customer.accessToken, id)),
		);
		for (const { status, body } of answers)
			expect([status, body.code]).toEqual([409, 'support_file_checking']);
		// Each was one claim, and no more.
		const [used] = await sql<{ used: number }[]>`
			select coalesce(sum(a), 0)::integer as used
			from support_private.usage_counters u, unnest(u.amounts) a
			where u.action = 'file_check' and u.subject = ${customer.id}`;
		expect(used!.used).toBeLessThanOrEqual(20);
		await sql`update public.support_attachments set check_expires_at = null where id = ${id}`;
		expect((await check(customer.accessToken, id)).status).toBe(200);
	});

	test('of one person: two at a time, and no other person waits for them', async () => {
		const ids = [await uploaded(), await uploaded(), await uploaded()];
		for (const id of ids.slice(0, 2)) expect((await claim(id))[0]!.state).toBe('claimed');
		expect((await claim(ids[2]!))[0]!.state).toBe('busy');
		const other = await customerWithChat();
		expect((await readyFile(other.accessToken, other.chatId)).status).toBe('ready');
		await sql`update public.support_attachments set check_expires_at = null where id = ${ids[0]!}`;
		expect((await claim(ids[2]!))[0]!.state).toBe('claimed');
	});

	test('of one person: at most 120 a minute', async () => {
		const busy = await customerWithChat();
		const { body } = await ticket(busy.accessToken, busy.chatId);
		await sql`select support_private.use_allowance('file_check', 120, ${busy.id})`;
		const answer = await check(busy.accessToken, body.id);
		expect([answer.status, answer.body.code]).toEqual([429, 'support_upload_rate_limited']);
	});
});
