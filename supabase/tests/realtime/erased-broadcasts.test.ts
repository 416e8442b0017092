import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { active, callIn, end, escalate, rate, transfer } from '../helpers/conversations';
import {
	become,
	becomeOwner,
	onAnotherConnection,
	rolledBack,
	sql,
	type Row,
	type Transaction,
} from '../helpers/database';
import { createUser } from '../../../local-stack/testing/people';
import { createAgent, openChat, send, type Person } from '../helpers/people';
import { word } from '../helpers/words';
import { as, makeAgent, makeUser } from '../setup/clients';

/** Everything that a broadcast can carry of people, each a word of its own. */
interface Words {
	text: string;
	answer: string;
	address: string;
	name: string;
	agent: string;
	note: string;
}

interface Scene {
	words: Words;
	customer: Person;
	chatId: string;
	conversationId: string;
	agent: Person;
	colleague: Person;
}

/** An ended conversation after which each event has been broadcast, all of them with words. */
async function makeScene(): Promise<Scene> {
	const words: Words = {
		text: word(),
		answer: word(),
		address: word(),
		name: word(),
		agent: word(),
		note: word(),
	};
	const customer = await createUser(sql, 'customer', {
		email: `${words.address}@example.com`,
		raw_user_meta_data: sql.json({ full_name: words.name }),
	});
	const agent = await createAgent('agent', words.agent);
	const colleague = await createAgent('agent', 'Noor');
	const chatId = await openChat(customer);
	const first = await send(customer, chatId, words.text);
	const conversationId = String(first.conversation_id);
	await escalate(agent, conversationId);
	await send(agent, chatId, words.answer);
	await transfer(agent, conversationId, colleague.id);
	await transfer(colleague, conversationId, agent.id);
	await sql`select public.support_notify_agent(${colleague.id}, ${conversationId}, ${words.note})`;
	await end(customer, conversationId);
	await rate(customer, conversationId, 4);
	return { words, customer, chatId, conversationId, agent, colleague };
}

/** Which of the words stand in which stored broadcast, over all rows and topics. */
async function findWords(words: string[], tx: Transaction | typeof sql = sql): Promise<string[]> {
	const rows = await tx<{ topic: string; event: string; text: string }[]>`
		select topic, event, payload::text || coalesce(encode(binary_payload, 'escape'), '') as text
		from realtime.messages`;
	return rows.flatMap(({ topic, event, text }) =>
		words.filter((each) => text.includes(each)).map((each) => `${topic} ${event} ${each}`),
	);
}

const all = (words: Words): string[] => Object.values(words);

/** In a transaction that is taken back, with its deferred work done. */
const erasing = (settings: Row, work: (tx: Transaction) => Promise<void>): Promise<void> =>
	rolledBack(async (tx) => {
		await tx`update public.support_settings set ${tx(settings)}`;
		await work(tx);
	}, 'read committed');

const settle = (tx: Transaction): Promise<unknown> => tx`set constraints all immediate`;

describe('broadcasts that Realtime still keeps', () => {
	test('carry the words, before anything is erased', async () => {
		const { words } = await makeScene();
		const found = await findWords(all(words));
		for (const each of all(words)) expect(found.join('\n')).toContain(each);
	});

	test('name their chat, so that they can be found', async () => {
		await makeScene();
		const nameless = await sql`
			select topic, event from realtime.messages
			where topic ~ '^(admin_support|support)_' and topic !~ '^support_(chat|settings|agent)'
				and payload ->> 'chat_id' is null and payload is not null`;
		expect([...nameless]).toEqual([]);
	});

	test('are sent by one function only', async () => {
		const senders = await sql<{ name: string }[]>`
			select p.proname as name from pg_proc p
			where p.pronamespace in ('public'::regnamespace, 'support_private'::regnamespace)
				and p.prosrc ~ 'realtime[.](send|broadcast_changes)|insert into realtime[.]'`;
		expect(senders.map(({ name }) => name)).toEqual(['broadcast']);
	});

	test.each<[string, (scene: Scene) => Promise<unknown>, (words: Words) => string[]]>([
		[
			'the user is deleted',
			({ customer }) => sql`delete from auth.users where id = ${customer.id}`,
			all,
		],
		[
			'the chat is deleted',
			({ chatId }) => sql`delete from public.support_chats where id = ${chatId}`,
			all,
		],
		[
			'one message is deleted',
			({ chatId }) =>
				sql`delete from public.support_messages where chat_id = ${chatId} and sender_type = 'user'`,
			({ text }) => [text],
		],
		[
			'a message gets other words',
			({ chatId }) =>
				sql`update public.support_messages set content = 'removed' where chat_id = ${chatId} and sender_type = 'user'`,
			({ text }) => [text],
		],
		[
			'the customer changes the address',
			({ customer }) =>
				sql`update auth.users set email = ${`${randomUUID()}@example.com`} where id = ${customer.id}`,
			({ address }) => [address],
		],
		[
			'the customer changes the name',
			({ customer }) =>
				sql`update auth.users set raw_user_meta_data = '{}' where id = ${customer.id}`,
			({ name }) => [name],
		],
		[
			'an agent leaves the team',
			({ agent }) => sql`delete from public.support_agents where user_id = ${agent.id}`,
			({ agent }) => [agent],
		],
		[
			'an agent’s user is deleted',
			({ agent }) => sql`delete from auth.users where id = ${agent.id}`,
			({ agent }) => [agent],
		],
	])('lose the words when %s', async (_what, erase, gone) => {
		const scene = await makeScene();
		const other = await makeScene();
		const before = (await findWords(all(other.words))).length;
		expect(await findWords(gone(scene.words))).not.toEqual([]);
		await erase(scene);
		expect(await findWords(gone(scene.words))).toEqual([]);
		expect(await findWords(all(other.words))).toHaveLength(before);
		expect(await sql`select from support_private.broadcast_removals`).toHaveLength(0);
	});

	test('lose the words when an admin removes an agent with work', async () => {
		const agent = await createAgent('agent', word());
		const admin = await createAgent('admin', 'Noor');
		const one = await active(agent);
		await send(agent, one.chatId, 'an answer');
		const [row] = await sql<Row[]>`
			select display_name from public.support_agents where user_id = ${agent.id}`;
		await sql.begin(async (tx) => {
			await callIn(tx, admin, 'remove_support_agent', { p_user_id: agent.id });
		});
		expect(await findWords([row!.display_name])).toEqual([]);
	});

	test('lose the words of a conversation that its customer erases, at once; what follows stays', async () => {
		const { words, customer, chatId, conversationId } = await makeScene();
		await erasing({ delete_history: 'erase' }, async (tx) => {
			await callIn(tx, customer, 'delete_support_conversation', {
				p_conversation_id: conversationId,
			});
			expect(await findWords([words.text, words.answer, words.note], tx)).toEqual([]);
			await settle(tx);
			const left = await tx<Row[]>`
				select event from realtime.messages where payload ->> 'chat_id' = ${chatId} order by event`;
			expect(left.map(({ event }) => event)).toEqual(['chat_updated', 'conversation_deleted']);
		});
	});

	test.each<[string, Row, (tx: Transaction, scene: Scene) => Promise<unknown>]>([
		[
			'that their customer hides',
			{ delete_history: 'hide' },
			(tx, { customer, conversationId }) =>
				callIn(tx, customer, 'delete_support_conversation', { p_conversation_id: conversationId }),
		],
		[
			'that ended, once the settings hide history',
			{ allow_view_history: true },
			(tx) => tx`update public.support_settings set allow_view_history = false`,
		],
		[
			'that ends while the settings hide history',
			{ allow_view_history: false },
			async (tx, { customer, chatId, words }) => {
				const again = { p_id: randomUUID(), p_chat_id: chatId, p_content: words.text };
				const [message] = await callIn(tx, customer, 'send_support_message', again);
				const id = { p_conversation_id: message!.conversation_id };
				await callIn(tx, customer, 'end_support_conversation', id);
			},
		],
	])(
		'lose on the customer’s topic the words of a conversation %s',
		async (_what, settings, hide) => {
			const scene = await makeScene();
			await erasing(settings, async (tx) => {
				await hide(tx, scene);
				await settle(tx);
				const found = await findWords(all(scene.words), tx);
				expect(found.filter((each) => each.startsWith('support_chat:'))).toEqual([]);
				// The team goes on seeing it.
				expect(found).not.toEqual([]);
			});
		},
	);

	test('of the host are never touched', async () => {
		const scene = await makeScene();
		const topic = `host:${scene.chatId}`;
		await sql`select realtime.send(${sql.json({ chat_id: scene.chatId })}, 'theirs', ${topic}, true)`;
		await sql`delete from auth.users where id = ${scene.customer.id}`;
		expect(await sql`select from realtime.messages where topic = ${topic}`).toHaveLength(1);
	});

	test('are read once for a transaction, however many it deletes', async () => {
		const scenes = await Promise.all(Array.from({ length: 8 }, makeScene));
		await rolledBack(async (tx) => {
			const count = async (): Promise<Row> => {
				const [row] = await tx<Row[]>`
					select count(*)::integer as partitions, sum(seq_scan)::integer as scans
					from pg_stat_xact_user_tables where schemaname = 'realtime'`;
				return row!;
			};
			await tx`delete from auth.users where id = any(${scenes.map(({ customer }) => customer.id)})`;
			const before = await count();
			await settle(tx);
			const { scans, partitions } = await count();
			// To find them, and at most twice more where a table is so small that no index is worth while.
			expect(scans - before.scans).toBeLessThanOrEqual(3 * partitions);
			expect(
				await findWords(
					scenes.flatMap(({ words }) => all(words)),
					tx,
				),
			).toEqual([]);
		}, 'read committed');
	});
});

describe('a removal', () => {
	const queued = (chatId: string): PromiseLike<Row[]> =>
		sql<Row[]>`select tried_at from support_private.broadcast_removals where chat_id = ${chatId}`;
	const clock = async (): Promise<unknown> => {
		const [job] = await sql<{ command: string }[]>`
			select command from cron.job where jobname = 'support-forget-broadcasts'`;
		return sql.unsafe(job!.command);
	};

	test('that meets another one does not wait; the clock does the rest', async () => {
		const { words, chatId } = await makeScene();
		await rolledBack(async (tx) => {
			await tx`select from realtime.messages where topic = ${`support_chat:${chatId}`} for update`;
			await onAnotherConnection(async () => {
				await sql`delete from public.support_chats where id = ${chatId}`;
				expect((await queued(chatId)).every(({ tried_at }) => tried_at !== null)).toBe(true);
			});
		});
		expect(await queued(chatId)).not.toEqual([]);
		await clock();
		expect([await findWords(all(words)), [...(await queued(chatId))]]).toEqual([[], []]);
	});

	test('that fails lets the deletion pass, is a fault that agents see, and is tried again', async () => {
		const { words, customer, chatId } = await makeScene();
		await sql.begin(async (blocker) => {
			await blocker`lock table realtime.messages in share mode`;
			await onAnotherConnection(() =>
				sql.begin(async (tx) => {
					await tx`set local lock_timeout = '50ms'`;
					await tx`delete from auth.users where id = ${customer.id}`;
				}),
			);
		});
		expect(await sql`select from auth.users where id = ${customer.id}`).toHaveLength(0);
		expect(await findWords(all(words))).not.toEqual([]);
		const faults = await sql<Row[]>`
			delete from public.support_faults where source = 'realtime.messages' returning message`;
		expect(faults.map(({ message }) => message)).toEqual([expect.stringContaining('lock timeout')]);
		await clock();
		expect([await findWords(all(words)), [...(await queued(chatId))]]).toEqual([[], []]);
	});

	test('cannot be asked for, or read, through the API', async () => {
		const { customer } = await makeScene();
		await rolledBack(async (tx) => {
			await become(tx, customer);
			for (const query of [
				'select support_private.forget_broadcasts()',
				'select * from support_private.broadcast_removals',
				'select support_private.broadcast($$support_settings$$, $$x$$, $${}$$)',
			])
				await expect(tx.savepoint((sp) => sp.unsafe(query))).rejects.toMatchObject({
					code: '42501',
				});
			await becomeOwner(tx);
		});
	});
});

describe('Realtime’s replay', () => {
	type User = Awaited<ReturnType<typeof makeUser>>;

	/** Replayed broadcasts of the last hour for a new member, up to one that is sent after the join. */
	async function replayed(who: User, topic: string): Promise<string> {
		const client = as(who);
		await client.realtime.setAuth();
		const events: unknown[] = [];
		const channel = client.channel(topic, {
			config: {
				private: true,
				broadcast: {
					replay: { since: Date.now() - 3_600_000, limit: 25 },
					replication_ready: true,
				},
			},
		});
		const marker = randomUUID();
		const ready = new Promise<void>((resolve) => {
			channel.on('system' as never, {} as never, (message: { message?: string }) => {
				if (message.message?.includes('Replication connection')) resolve();
			});
		});
		channel.on('broadcast', { event: '*' }, (event) => events.push(event));
		const status = await new Promise<string>((resolve) => {
			channel.subscribe((state) => resolve(state));
		});
		expect(status).toBe('SUBSCRIBED');
		await ready;
		await sql`select realtime.send(${sql.json({ chat_id: marker })}, 'marker', ${topic}, true)`;
		await expect.poll(() => JSON.stringify(events)).toContain(marker);
		await client.removeChannel(channel);
		return JSON.stringify(events);
	}

	test('gives back what is there, and nothing of what was erased or hidden', async () => {
		const owner = await makeUser(word());
		const agent = await makeAgent('agent', word());
		const { data } = await as(owner).rpc('get_or_create_support_chat').single<{ id: string }>();
		const text = word();
		const message = { p_id: randomUUID(), p_chat_id: data!.id, p_content: text };
		const { data: row } = await as(owner).rpc('send_support_message', message).single<Row>();
		const own = `support_chat:${data!.id}`;
		expect(await replayed(owner, own)).toContain(text);
		expect(await replayed(agent, 'admin_support_notifications')).toContain(text);

		const id = String(row!.conversation_id);
		await as(owner).rpc('end_support_conversation', { p_conversation_id: id }).throwOnError();
		await sql`update public.support_conversations set user_deleted_at = now() where id = ${id}`;
		expect(await replayed(owner, own)).not.toContain(text);
		await sql`delete from auth.users where id = (select user_id from public.support_chats where id = ${data!.id})`;
		const left = await replayed(agent, 'admin_support_notifications');
		expect(left).not.toContain(text);
		expect(left).not.toContain(owner.email);
	});
});
