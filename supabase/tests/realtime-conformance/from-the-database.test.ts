import postgres, { type TransactionSql } from 'postgres';
import { expect, inject, test } from 'vitest';
import { sql } from '../helpers/database';
import { usePolicies } from './policies';
import { sendFromDatabase } from './send';
import { Connection, unique } from './socket';

usePolicies();

test('a system message says when the stream from the database is up', async () => {
	const connection = await Connection.open();
	const topic = `conf:${unique()}`;
	const ready = await connection.joinLive(topic);
	expect(ready.topic).toBe(`realtime:${topic}`);
	expect(ready.payload).toEqual({
		message: 'Replication connection established',
		status: 'ok',
		extension: 'system',
		channel: topic,
	});
});

test('version 2.0.0 gets a binary frame of kind 4 with JSON, and the id in metadata and payload', async () => {
	const connection = await Connection.open();
	const topic = `conf:${unique()}`;
	await connection.joinLive(topic);
	await sendFromDatabase(topic, 'evt', { a: 1 });
	const { kind, encoding, meta, payload, topic: heard } = await connection.broadcast('evt');
	expect({ kind, encoding, heard }).toEqual({ kind: 4, encoding: 1, heard: `realtime:${topic}` });
	expect(meta?.id).toEqual(expect.any(String));
	expect(payload.payload).toEqual({ a: 1, id: meta?.id });
});

test('version 1.0.0 gets an object with the id in meta', async () => {
	const connection = await Connection.open('1.0.0');
	const topic = `conf:${unique()}`;
	await connection.joinLive(topic);
	await sendFromDatabase(topic, 'evt', { a: 1 });
	const { payload } = await connection.broadcast('evt');
	expect(payload).toMatchObject({
		type: 'broadcast',
		payload: { a: 1 },
		meta: { id: expect.any(String) },
	});
});

test('a hundred in one transaction arrive once and in order; a rolled-back one never does', async () => {
	const connection = await Connection.open();
	const topic = `conf:${unique()}`;
	await connection.joinLive(topic);
	const rolledBack = sql.begin(async (tx) => {
		await tx`select realtime.send('{"n": -1}'::jsonb, 'n', ${topic}, true)`;
		throw new Error('roll back');
	});
	await expect(rolledBack).rejects.toThrow('roll back');
	await sql`select realtime.send(jsonb_build_object('n', i), 'n', ${topic}, true) from generate_series(0, 99) i`;
	await sendFromDatabase(topic, 'end');
	await connection.broadcast('end');
	const numbers = connection.broadcasts.slice(0, -1).map(({ payload }) => payload.payload);
	expect(numbers).toEqual([...Array(100).keys()].map((n) => expect.objectContaining({ n })));
});

test('a private topic and the public one of the same name are two', async () => {
	const [inside, outside] = [await Connection.open(), await Connection.open()];
	const topic = `conf:${unique()}`;
	await inside.joinLive(topic);
	await outside.join(topic, {});
	await sendFromDatabase(topic, 'private');
	await sendFromDatabase(topic, 'public', {}, false);
	await inside.broadcast('private');
	await outside.broadcast('public');
	expect(outside.broadcasts).toHaveLength(1);
});

test('realtime.send turns its errors into a warning', async () => {
	const topic = `conf:${unique()}`;
	const warnings = await warningsOf(
		(tx) => tx`select realtime.send('[1]'::jsonb, 'e', ${topic}, true)`,
	);
	expect(warnings).toEqual([expect.stringContaining('WarnSendingBroadcastMessage')]);
	expect(await stored(topic)).toBe(0);
});

test('realtime.send is refused for an ordinary role, with no more than a warning', async () => {
	const topic = `conf:${unique()}`;
	const warnings = await warningsOf(async (tx) => {
		await tx`set local role authenticated`;
		await tx`select realtime.send('{}'::jsonb, 'e', ${topic}, true)`;
	});
	expect(warnings).toEqual([expect.stringContaining('row-level security')]);
	expect(await stored(topic)).toBe(0);
});

test('realtime.topic() is null outside a join and a send', async () => {
	const [row] = await sql`select realtime.topic() as topic`;
	expect(row?.topic).toBeNull();
});

/** Runs something in a transaction of a connection of its own, and returns what the server warned of. */
async function warningsOf(run: (tx: TransactionSql) => Promise<unknown>): Promise<string[]> {
	const warnings: string[] = [];
	const onnotice = ({ message }: { message?: string }) => void warnings.push(message ?? '');
	const connection = postgres(inject('stack').databaseUrl, { max: 1, onnotice });
	await connection.begin(run);
	await connection.end();
	return warnings;
}

async function stored(topic: string): Promise<number> {
	const [row] =
		await sql`select count(*)::integer as rows from realtime.messages where topic = ${topic}`;
	return row?.rows;
}
