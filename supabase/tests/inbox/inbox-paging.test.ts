import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	become,
	coded,
	refusal,
	rolledBack,
	rpc,
	rpcIn,
	type Row,
	type Transaction,
} from '../helpers/database';
import { createAgent } from '../helpers/people';

const cursorOf = (row: Row | undefined): Row | null =>
	row === undefined ? null : { last_message_at: row.last_message_at, id: row.id };

const TIED = 60;

/** Chats of a far future, so that they are on top of the inbox, with times that tie in tens. */
async function tiedChats(tx: Transaction, count = TIED): Promise<void> {
	await tx`
		with users as (
			insert into auth.users (id, email)
			select id, 'tied-' || id || '@example.com'
			from (select gen_random_uuid() as id from generate_series(1, ${count}::integer)) ids
			returning id
		)
		insert into public.support_chats (user_id, last_message_at)
		select id, timestamptz '2300-01-01 00:00:00.123456+00' + (row_number() over () / 10) * interval '1 microsecond'
		from users`;
}

/** The tied chats, from as many pages as it takes. */
async function pages(tx: Transaction, args: Row, limit: number): Promise<Row[]> {
	const rows: Row[] = [];
	while (rows.length < TIED) {
		const p_before = cursorOf(rows.at(-1));
		const page = await rpcIn(tx, 'list_support_chats', { ...args, p_before, p_limit: limit });
		if (page.length === 0) break;
		rows.push(...page);
	}
	return rows.slice(0, TIED);
}

describe('paging through the inbox', () => {
	test.each([1, 7, 10, 60])('meets every chat once under ties, %s at a time', async (limit) => {
		const agent = await createAgent();
		await rolledBack(async (tx) => {
			await tiedChats(tx);
			await become(tx, agent);
			const whole = await rpcIn(tx, 'list_support_chats', { p_limit: TIED });
			expect(new Set(whole.map((row) => row.id)).size).toBe(TIED);
			expect(await pages(tx, {}, limit)).toEqual(whole);
			const keys = whole.map((row) => `${row.last_message_at} ${row.id}`);
			expect(keys).toEqual([...keys].sort().reverse());
		});
	});

	test('the archive and a search page the same way', async () => {
		const agent = await createAgent();
		await rolledBack(async (tx) => {
			await tiedChats(tx);
			await tx`update public.support_chats set archived_at = now() where last_message_at > '2300-01-01'`;
			await become(tx, agent);
			const args = { p_archived: true };
			const whole = await rpcIn(tx, 'list_support_chats', { ...args, p_limit: TIED });
			expect(whole.every((row) => String(row.user_email).startsWith('tied-'))).toBe(true);
			expect(await pages(tx, args, 7)).toEqual(whole);
			expect(await pages(tx, { ...args, p_search: 'TIED-' }, 7)).toEqual(whole);
		});
	});

	test('a chat that moves up between two pages is not skipped and repeats nothing else', async () => {
		const agent = await createAgent();
		await rolledBack(async (tx) => {
			await tiedChats(tx);
			await become(tx, agent);
			const whole = await rpcIn(tx, 'list_support_chats', { p_limit: TIED });
			const first = whole.slice(0, 20);
			await tx`select set_config('role', 'none', true)`;
			await tx`update public.support_chats set last_message_at = '2301-01-01' where id = ${whole[40]!.id}`;
			await become(tx, agent);
			const p_before = cursorOf(first.at(-1));
			const rest = await rpcIn(tx, 'list_support_chats', { p_before, p_limit: TIED - 21 });
			expect(rest.map((row) => row.id)).toEqual(
				whole.slice(20).flatMap((row, i) => (i === 20 ? [] : [row.id])),
			);
		});
	});

	test('a limit is kept between 1 and 200', async () => {
		const agent = await createAgent();
		await rolledBack(async (tx) => {
			await tiedChats(tx, 210);
			await become(tx, agent);
			const count = async (p_limit: number | null): Promise<number> =>
				(await rpcIn(tx, 'list_support_chats', { p_limit })).length;
			expect([await count(-1), await count(0), await count(3)]).toEqual([1, 1, 3]);
			expect([await count(null), await count(2_000_000_000)]).toEqual([50, 200]);
		});
	});

	test.each([
		['no time', { last_message_at: 'yesterday-ish', id: randomUUID() }],
		['no id', { last_message_at: '2026-01-01T00:00:00Z', id: "1' or true" }],
		['half a cursor', { last_message_at: '2026-01-01T00:00:00Z' }],
		['the other half', { id: randomUUID() }],
		['a list', [1]],
		['a text', '"x"'],
		['a time out of range', { last_message_at: '999999-01-01', id: randomUUID() }],
	])('a cursor with %s is refused', async (_what, p_before) => {
		expect(await refusal(rpc(await createAgent(), 'list_support_chats', { p_before }))).toEqual(
			coded(400, 'support_bad_cursor'),
		);
	});
});
