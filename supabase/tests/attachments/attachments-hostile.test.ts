import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { isFileType } from '../../functions/_shared/files/file-types.ts';
import { hostileFiles } from '../../functions/_shared/files/testing/hostile-files.ts';
import { sql } from '../helpers/database';
import { check, customerWithChat, isStored, upload } from '../helpers/files';

/** Those that come past the ticket, which takes the five types only and makes names end as they must. */
const files = hostileFiles.filter(({ type, ending }) => isFileType(type) && ending === undefined);
let customer: Awaited<ReturnType<typeof customerWithChat>>;

beforeAll(async () => {
	customer = await customerWithChat();
});

describe('through Storage and the real Edge Function', () => {
	test('these are many', () => expect(files.length).toBeGreaterThan(30));

	test.each(files)('$what: $refusal', async ({ bytes, type, refusal }) => {
		const id = randomUUID();
		// By SQL: the limit allows fewer tickets in a minute.
		const [row] = await sql<{ path: string }[]>`
			insert into public.support_attachments (id, chat_id, uploader_id, name, mime_type, size_bytes)
			values (${id}, ${customer.chatId}, ${customer.id}, support_private.file_name('x', ${type}), ${type}, ${Math.max(bytes.length, 1)})
			returning path`;
		expect((await upload(customer.accessToken, row!.path, bytes, type)).status).toBe(200);
		const answer = await check(customer.accessToken, id);
		expect([answer.status, answer.body.code]).toEqual([422, refusal]);
		expect(await isStored(row!.path)).toBe(false);
	});
});
