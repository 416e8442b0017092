import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	become,
	becomeOwner,
	onAnotherConnection,
	one,
	rolledBack,
	rpcIn,
	type Row,
	type Transaction,
} from '../helpers/database';
import { createCustomer, createAgent, openChat, type Person } from '../helpers/people';

const HOOK = 'support_hooks.message_created';

async function hook(
	tx: Transaction,
	body: string,
	name = HOOK,
	args = 'data jsonb',
): Promise<void> {
	await becomeOwner(tx);
	await tx.unsafe(`
		create or replace function ${name}(${args})
		returns void language plpgsql set search_path = '' as $$ begin ${body} end $$`);
}

/** Sends a message; how long it took, in milliseconds. */
async function timedSend(tx: Transaction, customer: Person, chatId: string): Promise<number> {
	await become(tx, customer);
	const started = Date.now();
	const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'Hello' };
	const row = await one(rpcIn(tx, 'send_support_message', args));
	expect(row.content).toBe('Hello');
	await becomeOwner(tx);
	return Date.now() - started;
}

const faults = async (tx: Transaction): Promise<Row[]> => [
	...(await tx<Row[]>`
		select source, message, times, paused_until > now() + interval '9 minutes' as paused
		from public.support_faults where source like 'support\\_hooks.%' order by source`),
];

const people = async (): Promise<{ customer: Person; chatId: string }> => {
	const customer = await createCustomer();
	return { customer, chatId: await openChat(customer) };
};

describe('a hook that takes its time', () => {
	test('is cancelled by the time-out of the statement; the message is stored all the same', async () => {
		const { customer, chatId } = await people();
		await rolledBack(async (tx) => {
			await hook(tx, 'perform pg_sleep(30);');
			await tx`set local statement_timeout = '300ms'`;
			expect(await timedSend(tx, customer, chatId)).toBeLessThan(5000);
			await tx`set local statement_timeout = '60s'`;
			const [fault, ...others] = await faults(tx);
			expect(others).toEqual([]);
			expect(fault).toMatchObject({ source: HOOK, times: 1, paused: true });
			expect(fault!.message).toMatch(
				/^message\.created: was cancelled after 0\.\d s, and may take 1 s at most\. It is not called until \d{4}-\d\d-\d\d \d\d:\d\d UTC, or until an admin resumes it\.$/,
			);
			const stored = await tx`select from public.support_messages where chat_id = ${chatId}`;
			expect(stored).toHaveLength(1);
		}, 'read committed');
	});

	test('a second hook is not called in the same transaction, as nothing would end it', async () => {
		const { customer, chatId } = await people();
		await rolledBack(async (tx) => {
			await hook(tx, 'perform pg_sleep(30);');
			await hook(tx, 'perform pg_sleep(30);', 'support_hooks.on_event', 'event text, data jsonb');
			await tx`set local statement_timeout = '300ms'`;
			expect(await timedSend(tx, customer, chatId)).toBeLessThan(5000);
		}, 'read committed');
	});

	test('and ends after more than a second keeps what it did, and is paused', async () => {
		const { customer, chatId } = await people();
		await rolledBack(async (tx) => {
			await tx`create temporary table heard (n serial) on commit drop`;
			await hook(tx, 'insert into pg_temp.heard default values; perform pg_sleep(1.1);');
			await timedSend(tx, customer, chatId);
			expect(await tx`select from heard`).toHaveLength(1);
			const [fault] = await faults(tx);
			expect(fault).toMatchObject({ source: HOOK, times: 1, paused: true });
			expect(fault!.message).toMatch(/^message\.created: ended after 1\.\d s/);

			await timedSend(tx, customer, chatId);
			expect(await tx`select from heard`).toHaveLength(1);
		}, 'read committed');
	});

	test('is called again when an admin resumes it, or after ten minutes', async () => {
		const { customer, chatId } = await people();
		const [admin, agent] = [await createAgent('admin'), await createAgent('agent')];
		await rolledBack(async (tx) => {
			await tx`create temporary table heard (n serial) on commit drop`;
			await hook(tx, 'insert into pg_temp.heard default values; perform pg_sleep(1.1);');
			await timedSend(tx, customer, chatId);
			await hook(tx, 'insert into pg_temp.heard default values;');
			await timedSend(tx, customer, chatId);
			expect(await tx`select from heard`).toHaveLength(1);

			await become(tx, agent);
			expect((await tx`delete from public.support_faults where source = ${HOOK}`).count).toBe(0);
			await become(tx, admin);
			expect((await tx`delete from public.support_faults where source = ${HOOK}`).count).toBe(1);
			await timedSend(tx, customer, chatId);
			expect(await tx`select from heard`).toHaveLength(2);

			await tx`insert into public.support_faults (source, message, paused_until) values (${HOOK}, 'x', clock_timestamp())`;
			await timedSend(tx, customer, chatId);
			expect(await tx`select from heard`).toHaveLength(3);
		}, 'read committed');
	});

	test('waits at most a second for a lock of another transaction', async () => {
		const { customer, chatId } = await people();
		const { chatId: other } = await people();
		await rolledBack(async (holder) => {
			await holder`select from public.support_chats where id = ${other} for update`;
			const whileHeld = async (tx: Transaction): Promise<void> => {
				await hook(tx, `perform from public.support_chats where id = '${other}' for update;`);
				expect(await timedSend(tx, customer, chatId)).toBeLessThan(8000);
				const [fault] = await faults(tx);
				expect(fault).toMatchObject({ source: HOOK, paused: true });
				expect(fault!.message).toMatch(/lock timeout/);
			};
			await onAnotherConnection(() => rolledBack(whileHeld, 'read committed'));
		});
	});
});

describe('what a hook sets', () => {
	test('is reset after it', async () => {
		const { customer, chatId } = await people();
		const names = [
			...['role', 'search_path', 'request.jwt.claims', 'statement_timeout', 'lock_timeout'],
			...['timezone', 'row_security', 'datestyle', 'support.hooks'],
		];
		const settings = (tx: Transaction): Promise<Row[]> =>
			tx<Row[]>`
				select n as name, coalesce(current_setting(n, true), '') as value
				from unnest(${names}::text[]) n`.then((rows) => [...rows]);
		await rolledBack(async (tx) => {
			await tx`create temporary table heard (who uuid) on commit drop`;
			await hook(
				tx,
				`perform set_config('search_path', 'pg_temp', true), set_config('statement_timeout', '1', true),
					set_config('request.jwt.claims', '{"sub": "${randomUUID()}"}', true), set_config('timezone', 'Asia/Tokyo', true),
					set_config('lock_timeout', '1h', true), set_config('row_security', 'off', true), set_config('datestyle', 'German', true);
				insert into pg_temp.heard values (auth.uid());`,
			);
			await become(tx, customer);
			const before = await settings(tx);
			await rpcIn(tx, 'send_support_message', {
				...{ p_id: randomUUID(), p_chat_id: chatId, p_content: 'Hello' },
			});
			expect(await settings(tx)).toEqual(before);
			await becomeOwner(tx);
			const heard = await tx<Row[]>`select who from heard`;
			expect(heard).toHaveLength(1);
			expect(heard[0]!.who).not.toBe(customer.id);
		}, 'read committed');
	});

	test('cannot be another role', async () => {
		const { customer, chatId } = await people();
		await rolledBack(async (tx) => {
			await hook(tx, `perform set_config('role', 'anon', true);`);
			await timedSend(tx, customer, chatId);
			expect((await faults(tx))[0]!.message).toMatch(/cannot set parameter "role"/);
		}, 'read committed');
	});
});

describe('a hook that writes a message', () => {
	test('is not called by it, and its message is there', async () => {
		const { customer, chatId } = await people();
		await rolledBack(async (tx) => {
			await hook(
				tx,
				`insert into public.support_messages (id, chat_id, content, sender_type)
				values (gen_random_uuid(), (data ->> 'chat_id')::uuid, 'We have it', 'system');`,
			);
			await timedSend(tx, customer, chatId);
			await timedSend(tx, customer, chatId);
			const rows = await tx<Row[]>`
				select content from public.support_messages where chat_id = ${chatId} order by seq`;
			expect(rows.map(({ content }) => content)).toEqual([
				'Hello',
				'We have it',
				'Hello',
				'We have it',
			]);
			expect(await faults(tx)).toEqual([]);
		}, 'read committed');
	});
});

test('without a hook, nothing of a message is put together for one', async () => {
	const { customer, chatId } = await people();
	await rolledBack(async (tx) => {
		// Would fail if it were called, and the message with it.
		await tx`drop function support_private.call_hooks(text, jsonb)`;
		await tx`drop function support_private.enqueue_webhooks(text, jsonb)`;
		await timedSend(tx, customer, chatId);
	}, 'read committed');
});
