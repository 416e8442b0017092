import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { attach, begin, readyRow } from '../helpers/attachments';
import { callIn } from '../helpers/conversations';
import {
	coded,
	refusal,
	rolledBack,
	rpcIn,
	become,
	signedOut,
	sql,
	type Row,
} from '../helpers/database';
import {
	createCustomer,
	createRemovedAgent,
	createAgent,
	openChat,
	type Person,
} from '../helpers/people';

let customer: Person;
let chatId: string;

beforeAll(async () => {
	customer = await createCustomer();
	chatId = await openChat(customer);
});

describe('begin_support_upload', () => {
	test('gives a ticket to the chat’s customer and to agents, the same for the same id', async () => {
		for (const caller of [customer, await createAgent()]) {
			const id = randomUUID();
			const first = await begin(caller, chatId, { id });
			expect(first).toMatchObject({
				id,
				chat_id: chatId,
				path: `${chatId}/${id}.png`,
				status: 'uploading',
				message_id: null,
			});
			expect(await begin(caller, chatId, { id })).toEqual(first);
		}
	});

	test('a stranger’s chat, a missing chat, and a signed-out caller', async () => {
		const stranger = await createCustomer();
		for (const caller of [stranger, await createRemovedAgent()])
			expect(await refusal(begin(caller, chatId))).toEqual(coded(404, 'support_chat_not_found'));
		expect(await refusal(begin(customer, randomUUID()))).toEqual(
			coded(404, 'support_chat_not_found'),
		);
		expect((await refusal(begin(signedOut, chatId))).code).toBe('42501');
	});

	test('an id of another person or of another file', async () => {
		const { id } = await begin(customer, chatId);
		const other = await createCustomer();
		const conflict = coded(409, 'support_upload_conflict');
		expect(await refusal(begin(other, await openChat(other), { id }))).toEqual(conflict);
		expect(await refusal(begin(await createAgent(), chatId, { id }))).toEqual(conflict);
		expect(await refusal(begin(customer, chatId, { id, type: 'image/gif' }))).toEqual(conflict);
	});

	test.each<[string, Row, string, string]>([
		[
			'an SVG',
			{ type: 'image/svg+xml' },
			'support_upload_type',
			'image/png, image/jpeg, image/webp, image/gif, application/pdf',
		],
		[
			'no type',
			{ type: null },
			'support_upload_type',
			'image/png, image/jpeg, image/webp, image/gif, application/pdf',
		],
		['nothing', { size: 0 }, 'support_upload_empty', ''],
		['less than nothing', { size: -1 }, 'support_upload_empty', ''],
		['no size', { size: null }, 'support_upload_empty', ''],
		['a byte too much', { size: 10 * 1_048_576 + 1 }, 'support_upload_too_large', 'At most 10 MB'],
	])('refuses %s, with the exact limit', async (_what, announced, message, detail) => {
		const call = begin(customer, chatId, announced);
		await expect(call).rejects.toMatchObject({ code: 'PT400', message, detail });
	});

	test('takes the largest that is allowed', async () => {
		expect(await begin(customer, chatId, { size: 10 * 1_048_576 })).toMatchObject({
			size_bytes: 10_485_760,
		});
	});

	test('obeys the settings at once, and the bucket does, too', async () => {
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set max_upload_mb = 2, upload_types = '{application/pdf}'`;
			const [bucket] = await tx`
				select file_size_limit, allowed_mime_types from storage.buckets where id = 'support-attachments'`;
			expect(bucket).toEqual({
				file_size_limit: 2_097_152,
				allowed_mime_types: ['application/pdf'],
			});
			await become(tx, customer);
			const args = {
				p_id: randomUUID(),
				p_chat_id: chatId,
				p_name: 'a',
				p_mime_type: 'image/png',
				p_size_bytes: 1,
			};
			await expect(
				tx.savepoint((sp) => rpcIn(sp, 'begin_support_upload', args)),
			).rejects.toMatchObject({ message: 'support_upload_type', detail: 'application/pdf' });
			const large = { ...args, p_mime_type: 'application/pdf', p_size_bytes: 3_000_000 };
			await expect(
				tx.savepoint((sp) => rpcIn(sp, 'begin_support_upload', large)),
			).rejects.toMatchObject({ detail: 'At most 2 MB' });
		}, 'read committed');
	});

	test('without types no one can attach files', async () => {
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set upload_types = '{}'`;
			const args = {
				p_id: randomUUID(),
				p_chat_id: chatId,
				p_name: 'a',
				p_mime_type: 'image/png',
				p_size_bytes: 1,
			};
			const refused = refusal(callIn(tx, customer, 'begin_support_upload', args));
			expect(await refused).toEqual(coded(403, 'support_uploads_off'));
		}, 'read committed');
	});

	/** Moves a person’s counted uses into the past. */
	const age = (person: Person, by: string): Promise<unknown> =>
		sql`
			update support_private.usage_counters set slot_started_at = slot_started_at - ${by}::interval
			where subject = ${person.id}`.execute();

	test('20 a minute and 200 a day for each person, whatever becomes of the files', async () => {
		const busy = await createCustomer();
		const chat = await openChat(busy);
		for (let i = 0; i < 20; i++) await begin(busy, chat);
		await sql`delete from public.support_attachments where chat_id = ${chat}`;
		await expect(begin(busy, chat)).rejects.toMatchObject({
			message: 'support_upload_rate_limited',
			detail: expect.stringMatching(/^At most 20 in 60 s: try again in \d+ s$/),
		});
		expect(await begin(customer, chatId)).toMatchObject({ status: 'uploading' });
		await sql`select support_private.use_allowance('upload_of_day', 180, ${busy.id})`;
		await age(busy, '70 seconds');
		await expect(begin(busy, chat)).rejects.toMatchObject({
			message: 'support_upload_rate_limited',
			detail: expect.stringMatching(/^At most 200 in 24 h: try again in \d+ h$/),
		});
	});

	test('and as many bytes a day as fifty of the largest files', async () => {
		const busy = await createCustomer();
		const chat = await openChat(busy);
		const megabyte = 1048576;
		for (let i = 0; i < 50; i++) {
			await begin(busy, chat, { size: 10 * megabyte });
			await age(busy, '4 seconds');
		}
		await expect(begin(busy, chat, { size: 1 })).rejects.toMatchObject({
			message: 'support_upload_rate_limited',
			detail: expect.stringMatching(/^At most 524288000 in 24 h/),
		});
	});

	test('many concurrent requests do not exceed the rate', async () => {
		const busy = await createCustomer();
		const chat = await openChat(busy);
		const all = await Promise.allSettled(Array.from({ length: 30 }, () => begin(busy, chat)));
		expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
	});

	test('of more than 20 files that no message names, the oldest give way', async () => {
		const hoarder = await createCustomer();
		const chat = await openChat(hoarder);
		const sent = await readyRow(hoarder, chat);
		await attach(hoarder, chat, [sent]);
		const ids: string[] = [];
		for (let i = 0; i < 22; i++) {
			await sql`update public.support_attachments set created_at = created_at - interval '1 minute' where chat_id = ${chat}`;
			await age(hoarder, '1 minute');
			ids.push((await begin(hoarder, chat)).id);
		}
		const kept = await sql<
			Row[]
		>`select id from public.support_attachments where chat_id = ${chat} order by created_at`;
		expect(kept.map(({ id }) => id)).toEqual([sent, ...ids.slice(2)]);
	});
});

describe('the name of a file', () => {
	const flag = '🇩🇪';
	const family = '👨‍👩‍👧‍👦';
	test.each([
		['holiday.png', 'holiday.png'],
		['Holiday.PNG', 'Holiday.PNG'],
		['../../etc/passwd', 'passwd.png'],
		['C:\\Users\\Ada\\cat.png', 'cat.png'],
		['..\\..\\x.png', 'x.png'],
		['.htaccess', 'htaccess.png'],
		['...', 'file.png'],
		['', 'file.png'],
		[null, 'file.png'],
		['\u200b\u2060\ufeff', 'file.png'],
		['a\u0007b\r\nc.png', 'abc.png'],
		['photo\u202egnp.exe', 'photognp.exe.png'],
		['invoice.pdf', 'invoice.pdf.png'],
		['cat.png.exe', 'cat.png.exe.png'],
		['cat .png', 'cat.png'],
		['  two   words.png ', 'two words.png'],
		['<img src=x onerror=alert(1)>.png', '<img src=x onerror=alert(1)>.png'],
		['日本語 שלום 🐈.png', '日本語 שלום 🐈.png'],
		[`${family}.png`, `${family}.png`],
		['x'.repeat(5000), `${'x'.repeat(196)}.png`],
	])('%j becomes %j', async (name, expected) => {
		const [row] = await sql`select support_private.file_name(${name}::text, 'image/png') as name`;
		expect(row!.name).toBe(expected);
	});

	test.each([
		['🐈', 196],
		[flag, 98],
		[family, 28],
	])('300 times %s is cut between two of them', async (emoji, times) => {
		const [row] =
			await sql`select support_private.file_name(${emoji.repeat(300)}, 'image/png') as name`;
		expect(row!.name).toBe(`${emoji.repeat(times)}.png`);
	});

	test.each([
		['a.jpeg', 'a.jpeg'],
		['a.JFIF', 'a.JFIF'],
		['a.png', 'a.png.jpg'],
	])('of a JPEG, %j becomes %j', async (name, expected) => {
		const [row] = await sql`select support_private.file_name(${name}, 'image/jpeg') as name`;
		expect(row!.name).toBe(expected);
	});
});

test('a ticket is seen by whom it is for alone', async () => {
	const { id } = await begin(customer, chatId);
	const sees = async (caller: Person): Promise<number> =>
		(
			await sql.begin(async (tx) => {
				await become(tx, caller);
				return tx`select from public.support_attachments where id = ${id}`;
			})
		).length;
	const others = [
		await createCustomer(),
		await createAgent(),
		await createAgent('admin'),
		await createRemovedAgent(),
	];
	expect(await sees(customer)).toBe(1);
	for (const other of others) expect(await sees(other)).toBe(0);
});
