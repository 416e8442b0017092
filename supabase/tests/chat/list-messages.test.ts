import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { coded, refusal, rpc, signedOut, sql, type Row } from '../helpers/database';
import { createCustomer, createAgent, openChat, type Person } from '../helpers/people';

const TOTAL = 230;
let customer: Person;
let agent: Person;
let chatId: string;

beforeAll(async () => {
	customer = await createCustomer();
	agent = await createAgent();
	chatId = await openChat(customer);
	await sql`
		insert into public.support_messages (id, chat_id, content, sender_type, sender_id)
		select gen_random_uuid(), ${chatId}, 'message ' || n, 'user', ${customer.id}
		from generate_series(1, ${TOTAL}) n`;
});

const list = (args: Row = {}, caller: Person = customer): Promise<Row[]> =>
	rpc(caller, 'list_support_messages', { p_chat_id: chatId, ...args });
const seqs = async (args: Row = {}): Promise<number[]> => (await list(args)).map((m) => m.seq);
const range = (from: number, to: number): number[] =>
	Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('list_support_messages', () => {
	test('without bounds: the newest 50, oldest first', async () => {
		expect(await seqs()).toEqual(range(TOTAL - 49, TOTAL));
	});

	test('before a seq: the newest ones before it', async () => {
		expect(await seqs({ p_before_seq: 181 })).toEqual(range(131, 180));
		expect(await seqs({ p_before_seq: 4 })).toEqual([1, 2, 3]);
		expect(await seqs({ p_before_seq: 1 })).toEqual([]);
	});

	test('after a seq: the next ones after it', async () => {
		expect(await seqs({ p_after_seq: 0 })).toEqual(range(1, 50));
		expect(await seqs({ p_after_seq: TOTAL - 2 })).toEqual([TOTAL - 1, TOTAL]);
		expect(await seqs({ p_after_seq: TOTAL })).toEqual([]);
	});

	test('between two', async () => {
		expect(await seqs({ p_after_seq: 10, p_before_seq: 14 })).toEqual([11, 12, 13]);
	});

	test('paging back and catching up both meet every message once', async () => {
		const back: number[] = [];
		for (let before = TOTAL + 1; before > 1; before = back[0]!) {
			back.unshift(...(await seqs({ p_before_seq: before, p_limit: 37 })));
		}
		expect(back).toEqual(range(1, TOTAL));
		const forth: number[] = [];
		for (let page = [0]; page.length > 0;) {
			page = await seqs({ p_after_seq: forth.at(-1) ?? 0, p_limit: 41 });
			forth.push(...page);
		}
		expect(forth).toEqual(range(1, TOTAL));
	});

	test.each([
		[1, 1],
		[200, 200],
		[201, 200],
		[2_000_000_000, 200],
		[0, 1],
		[-5, 1],
		[null, 50],
	])('a limit of %s gives %s rows', async (limit, rows) => {
		expect(await list({ p_limit: limit })).toHaveLength(rows);
	});

	test.each([-1, -9_000_000_000])('a bound of %s is outside, not an error', async (bound) => {
		expect(await seqs({ p_after_seq: bound, p_limit: 2 })).toEqual([1, 2]);
		expect(await seqs({ p_before_seq: bound })).toEqual([]);
	});

	test('agents get the same', async () => {
		expect(await list({}, agent)).toEqual(await list());
	});

	test('a stranger, and a chat that does not exist, get the same answer', async () => {
		const stranger = await createCustomer();
		const none = coded(404, 'support_chat_not_found');
		expect(await refusal(list({}, stranger))).toEqual(none);
		expect(await refusal(list({ p_chat_id: randomUUID() }))).toEqual(none);
		expect(await refusal(list({ p_chat_id: randomUUID() }, agent))).toEqual(none);
		expect(await refusal(list({ p_chat_id: null }))).toEqual(none);
	});

	test('someone signed out may not call it', async () => {
		const call = rpc(signedOut, 'list_support_messages', { p_chat_id: chatId });
		expect((await refusal(call)).code).toBe('42501');
	});
});
