import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChatClient } from '$chat/client';
import { ChatStore } from '$chat/chat/chat-store.svelte';
import { connect } from '../../../local-stack/postgres/connect';
import { startTestStack, type LocalStack } from '../../../local-stack/testing/stack';
import { rpcAs, type Database, type Row } from '../../../local-stack/testing/acting-as';
import { addAgent, createUser, tokenOf, type Person } from '../../../local-stack/testing/people';
import { NodeTab } from '../helpers/node-tab';

/* Postgres restarts under a customer's open chat: on an isolated stack, because it cuts all connections. */

let stack: LocalStack;
beforeAll(async () => {
	stack = await startTestStack();
});
afterAll(() => stack.stop());

/** A tab whose timers of half a minute and more never end: what happens in it is no work of the periodic catch-up. */
class ImpatientTab extends NodeTab {
	override after(ms: number, callback: () => void): () => void {
		return ms < 20_000 ? super.after(ms, callback) : () => undefined;
	}
}

/** Runs something on a connection of its own, as soon as Postgres takes one. */
async function onceUp<T>(work: (sql: Database) => Promise<T>): Promise<T> {
	for (;;) {
		const sql = connect(stack.databaseUrl, 1);
		try {
			return await work(sql);
		} catch (error) {
			const isDown =
				error instanceof Error &&
				/57P0|ECONN|CONNECTION/.test(`${error.message} ${Reflect.get(error, 'code')}`);
			if (!isDown) throw error;
		} finally {
			await sql.end({ timeout: 1 });
		}
	}
}

const rpc = (person: Person, name: string, args?: Row): Promise<Row[]> =>
	onceUp((sql) => rpcAs(sql, person, name, args));

/** Ends one process of Postgres as a crash does: Postgres ends all others and recovers. */
async function crash(): Promise<void> {
	await onceUp(async (sql) => {
		const [row] = await sql<{ pid: number }[]>`
			select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`;
		process.kill(row!.pid, 'SIGKILL');
	});
	await onceUp((sql) => sql`select 1`);
}

test('after a restart of Postgres the next answer comes without waiting for the periodic catch-up', async () => {
	const customer = await createUser(stack.sql);
	const agent = await addAgent(stack.sql, await createUser(stack.sql));
	const [chat] = await rpc(customer, 'get_or_create_support_chat');
	const answer = (content: string) =>
		rpc(agent, 'send_support_message', {
			p_id: randomUUID(),
			p_chat_id: chat!.id,
			p_content: content,
		});
	const tab = new ImpatientTab();
	const token = tokenOf(customer, stack.jwtSecret);
	const client = createChatClient({
		...{ url: stack.apiUrl, publishableKey: stack.publishableKey, environment: tab },
		accessToken: () => Promise.resolve(token),
	});
	const store = new ChatStore(client, { role: 'user' });
	const texts = () => store.state.messages.map(({ content }) => content);
	try {
		store.start();
		store.setOpen(true);
		await expect.poll(() => store.state.connection, { timeout: 15_000 }).toBe('connected');
		await answer('Before');
		await expect.poll(texts, { timeout: 15_000 }).toEqual(['Before']);

		await crash();
		store.sendMessage('Are you still there?');
		const stored = () =>
			onceUp(
				(sql) =>
					sql`select from public.support_messages where chat_id = ${chat!.id} and sender_type = 'user'`,
			);
		await expect.poll(async () => (await stored()).length, { timeout: 30_000 }).toBe(1);
		await answer('Yes, I am');
		await expect
			.poll(texts, { timeout: 30_000 })
			.toEqual(['Before', 'Are you still there?', 'Yes, I am']);
	} finally {
		store.stop();
		client.close();
		tab.close();
	}
}, 120_000);
