import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Account } from '../../../local-stack/testing/people';
import { gif, pdf, png } from '../../functions/_shared/files/testing/valid-files.ts';
import type { Row } from '../helpers/database';
import { call } from '../helpers/http';
import {
	check,
	customerWithChat,
	isStored,
	readyFile,
	sendFiles,
	sign,
	storage,
	ticket,
	upload,
	BUCKET,
} from '../helpers/files';
import { makeAgent, makeUser } from '../setup/clients';

let customer: Account & { chatId: string };
let stranger: Account;
let agent: Account;

beforeAll(async () => {
	[customer, stranger, agent] = [await customerWithChat(), await makeUser(), await makeAgent()];
});

const reads = async (token: string | undefined, path: string): Promise<boolean> =>
	(await storage(token, 'GET', `object/authenticated/${BUCKET}/${path}`)).status === 200;

describe('a file', () => {
	test('goes from a customer to an agent: ticket, upload, check, message, signed address', async () => {
		const bytes = png(3, 2);
		const { accessToken: token, chatId } = customer;
		const asked = await ticket(token, chatId, { name: 'Katze 🐈.PNG', size: bytes.length });
		expect(asked.status).toBe(200);
		const { id, path } = asked.body;
		expect(asked.body).toMatchObject({
			name: 'Katze 🐈.PNG',
			status: 'uploading',
			message_id: null,
		});
		expect(path).toBe(`${chatId}/${id}.png`);
		expect((await check(token, id)).body).toEqual({ code: 'support_file_missing' });

		expect((await upload(token, path, bytes)).status).toBe(200);
		expect(await reads(token, path)).toBe(false); // not even its uploader, before the check
		const checked = await check(token, id);
		expect(checked.status).toBe(200);
		expect(checked.body.attachment).toMatchObject({
			id,
			status: 'ready',
			width: 3,
			height: 2,
			size_bytes: bytes.length,
		});
		expect(await check(token, id)).toEqual(checked);
		expect([await reads(token, path), await reads(agent.accessToken, path)]).toEqual([true, false]);

		const sent = await sendFiles(token, chatId, [id]);
		expect(sent.status).toBe(200);
		const file = {
			id,
			path,
			name: 'Katze 🐈.PNG',
			mime_type: 'image/png',
			size_bytes: bytes.length,
		};
		expect(sent.body).toMatchObject({
			content: '',
			attachments: [{ ...file, width: 3, height: 2 }],
		});

		const seen = await call(agent.accessToken, 'get_support_chat', { p_chat_id: chatId });
		const { messages } = seen.body[0] as { messages: Row[] };
		expect(messages.at(-1)!.attachments).toEqual(sent.body.attachments);
		expect(seen.body[0].chat.last_message_preview).toBe('📎 Katze 🐈.PNG');
		for (const token of [agent.accessToken, customer.accessToken]) {
			const [signed] = await sign(token, [path]);
			const address = `${inject('stack').apiUrl}/storage/v1${signed!.signedURL}`;
			const fetched = await fetch(`${address}&download=${encodeURIComponent(file.name)}`);
			expect(fetched.headers.get('content-type')).toBe('image/png');
			expect(fetched.headers.get('content-disposition')).toContain('attachment');
			expect(new Uint8Array(await fetched.arrayBuffer())).toEqual(bytes);
		}
		for (const token of [stranger.accessToken, undefined]) {
			expect(await reads(token, path)).toBe(false);
			expect((await sign(token, [path])).filter((entry) => entry.signedURL)).toEqual([]);
		}
	});

	test('goes from an agent to the customer, who cannot see it before it is sent', async () => {
		const file = await readyFile(agent.accessToken, customer.chatId);
		expect(await reads(customer.accessToken, file.path)).toBe(false);
		const sent = await sendFiles(agent.accessToken, customer.chatId, [file.id], 'Here it is');
		expect(sent.body).toMatchObject({ sender_type: 'admin', content: 'Here it is' });
		expect(await reads(customer.accessToken, file.path)).toBe(true);
		expect(await reads(stranger.accessToken, file.path)).toBe(false);
	});

	test.each([
		['image/gif', gif(4, 4, 3)],
		['application/pdf', pdf()],
	])('may be a %s', async (type, bytes) => {
		const { accessToken: token, chatId } = await customerWithChat();
		const { body } = await ticket(token, chatId, { type, size: bytes.length });
		expect((await upload(token, body.path, bytes, type)).status).toBe(200);
		expect((await check(token, body.id)).status).toBe(200);
	});
});

describe('the check', () => {
	test('is for the uploader, and says nothing to others', async () => {
		const { body } = await ticket(customer.accessToken, customer.chatId);
		await upload(customer.accessToken, body.path);
		for (const other of [stranger, agent])
			expect(await check(other.accessToken, body.id)).toEqual({
				status: 404,
				body: { code: 'support_attachment_not_found' },
			});
		expect((await check(undefined, body.id)).status).toBe(401);
		expect((await check(inject('stack').publishableKey, body.id)).status).toBe(401);
		expect((await check(customer.accessToken, body.id)).status).toBe(200);
	});

	test.each([null, 'x', '../1', 5, { a: 1 }])('refuses the id %j', async (id) => {
		expect(await check(customer.accessToken, id)).toEqual({
			status: 400,
			body: { code: 'support_bad_request' },
		});
	});

	test('asked many times at once, reads the file once; the others ask again later', async () => {
		const { body } = await ticket(customer.accessToken, customer.chatId);
		await upload(customer.accessToken, body.path);
		const answers = await Promise.all(
			Array.from({ length: 8 }, () => check(customer.accessToken, body.id)),
		);
		const told = { status: 200, body: { attachment: { id: body.id, status: 'ready' } } };
		const later = { status: 409, body: { code: 'support_file_checking' } };
		for (const answer of answers)
			expect(answer).toMatchObject(answer.status === 200 ? told : later);
		expect(answers.some(({ status }) => status === 200)).toBe(true);
		expect(await check(customer.accessToken, body.id)).toMatchObject(told);
	});

	test('removes what it refuses, and says the same again', async () => {
		const { body } = await ticket(customer.accessToken, customer.chatId);
		await upload(customer.accessToken, body.path, Buffer.from('<svg onload="alert(1)"/>'));
		const refused = { status: 422, body: { code: 'support_file_type', detail: '' } };
		expect(await check(customer.accessToken, body.id)).toEqual(refused);
		expect(await isStored(body.path)).toBe(false);
		expect(await check(customer.accessToken, body.id)).toEqual(refused);
		expect((await upload(customer.accessToken, body.path)).status).toBeGreaterThanOrEqual(400);
		const sent = await sendFiles(customer.accessToken, customer.chatId, [body.id]);
		expect(sent.body.message).toBe('support_attachment_not_ready');
	});

	test('says the exact limit', async () => {
		const { body } = await ticket(customer.accessToken, customer.chatId);
		await upload(customer.accessToken, body.path, png(30_000, 30_000));
		expect((await check(customer.accessToken, body.id)).body).toEqual({
			code: 'support_file_too_many_pixels',
			detail: 'At most 40 megapixels, 16384 pixels a side',
		});
	});

	test('answers pages of any origin', async () => {
		const address = `${inject('stack').apiUrl}/functions/v1/check-support-attachment`;
		const preflight = await fetch(address, {
			method: 'OPTIONS',
			headers: { origin: 'https://shop.test', 'access-control-request-method': 'POST' },
		});
		expect(preflight.ok).toBe(true);
		expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
		const answer = await fetch(address, {
			method: 'POST',
			headers: { authorization: `Bearer ${customer.accessToken}`, origin: 'https://shop.test' },
			body: '{}',
		});
		expect(answer.headers.get('access-control-allow-origin')).toBe('*');
		expect(answer.headers.get('access-control-allow-headers')).not.toBeNull();
	});
});
