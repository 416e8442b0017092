import { randomUUID } from 'node:crypto';
import { type RealtimeChannel } from '@supabase/supabase-js';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Row } from '../helpers/database';
import { as, makeAgent, makeUser } from '../setup/clients';

type User = Awaited<ReturnType<typeof makeUser>>;
let owner: User;
let stranger: User;
let agent: User;
let chatId: string;

beforeAll(async () => {
	[owner, stranger, agent] = [await makeUser(), await makeUser(), await makeAgent()];
	await as(stranger).rpc('get_or_create_support_chat');
	const { data } = await as(owner).rpc('get_or_create_support_chat').single<{ id: string }>();
	chatId = data!.id;
});

interface Joined {
	status: string;
	events: { event: string; payload: Row }[];
	channel: RealtimeChannel;
}

/** Joins a private channel; resolves when the server said yes or no, and the database's stream is up. */
async function join(who: User | 'anon', topic: string, isPrivate = true): Promise<Joined> {
	const client = as(who); // its own: a client has one channel of a name
	await client.realtime.setAuth();
	const events: Joined['events'] = [];
	const channel = client.channel(topic, {
		config: { private: isPrivate, broadcast: { ack: true, replication_ready: true } },
	});
	channel.on('broadcast', { event: '*' }, ({ event, payload }) => {
		events.push({ event, payload });
	});
	const ready = new Promise<void>((resolve) => {
		channel.on('system' as never, {} as never, (message: { message?: string }) => {
			if (message.message?.includes('Replication connection')) resolve();
		});
	});
	const status = await new Promise<string>((resolve) => {
		channel.subscribe((state) => resolve(state));
	});
	if (status === 'SUBSCRIBED' && isPrivate) await ready;
	return { status, events, channel };
}

const send = (who: User, content: string): PromiseLike<unknown> =>
	as(who)
		.rpc('send_support_message', { p_id: randomUUID(), p_chat_id: chatId, p_content: content })
		.throwOnError();

describe('who may join', () => {
	test.each<[string, () => User | 'anon', () => string]>([
		['a stranger the chat', () => stranger, () => `support_chat:${chatId}`],
		['a stranger the typing topic', () => stranger, () => `support_typing:${chatId}`],
		['a customer the agent’s notifications', () => owner, () => 'admin_support_notifications'],
		['a customer a look-alike', () => owner, () => `support_chat:${chatId.toUpperCase()} `],
		['someone signed out the chat', () => 'anon', () => `support_chat:${chatId}`],
		['someone signed out the notifications', () => 'anon', () => 'admin_support_notifications'],
	])('%s: refused', async (_what, who, topic) => {
		expect((await join(who(), topic())).status).toBe('CHANNEL_ERROR');
	});
});

describe('a conversation, live', () => {
	test('the chat and the team receive a message as it is stored; the public topic receives nothing', async () => {
		const [mine, theirs, notes, twin] = [
			await join(owner, `support_chat:${chatId}`),
			await join(agent, `support_chat:${chatId}`),
			await join(agent, 'admin_support_notifications'),
			await join(stranger, `support_chat:${chatId}`, false),
		];
		const text = randomUUID();
		await send(owner, text);
		for (const { events } of [mine, theirs]) {
			await expect
				.poll(() => events.find((each) => each.event === 'new_message'))
				.toMatchObject({
					payload: { type: 'new_message', message: { content: text, sender_type: 'user' } },
				});
		}
		const heard = (): Row | undefined =>
			notes.events.find(
				({ event, payload }) => event === 'new_user_message' && payload.chat_id === chatId,
			);
		await expect.poll(heard).toMatchObject({
			payload: { type: 'new_user_message', message: { content: text } },
		});
		expect(twin.events).toEqual([]);
	});

	test('typing is what the database knows of the sender; what clients send on the topic reaches no one', async () => {
		const topic = `support_typing:${chatId}`;
		const [mine, theirs] = [await join(owner, topic), await join(agent, topic)];
		const forged = { sender_type: 'admin', name: 'Forged', typing: true };
		for (let i = 0; i < 50; i++)
			void mine.channel.send({ type: 'broadcast', event: 'typing', payload: forged });
		void theirs.channel.send({ type: 'broadcast', event: 'typing', payload: forged });
		const say = (who: User): PromiseLike<unknown> =>
			as(who).rpc('send_support_typing', { p_chat_id: chatId, p_typing: true }).throwOnError();
		await say(owner);
		await expect.poll(() => theirs.events.map(({ payload }) => payload)).toHaveLength(1);
		await say(agent);
		for (const { events } of [mine, theirs]) {
			await expect
				.poll(() => events.map(({ payload }) => [payload.sender_id, payload.sender_type]))
				.toEqual([
					[owner.id, 'user'],
					[agent.id, 'admin'],
				]);
			expect(JSON.stringify(events)).not.toContain('Forged');
		}
	});
});

describe('forging a message', () => {
	const forged = { type: 'new_message', message: { content: 'forged', sender_type: 'admin' } };

	test('over the socket reaches no one, not even from its own customer', async () => {
		const victim = await join(agent, `support_chat:${chatId}`);
		const attacker = await join(owner, `support_chat:${chatId}`);
		void attacker.channel.send({ type: 'broadcast', event: 'new_message', payload: forged });
		// Messages stored later arrive; forged earlier ones did not.
		await send(owner, 'real');
		await expect
			.poll(() => victim.events.map(({ payload }) => payload.message?.content))
			.toContain('real');
		expect(JSON.stringify(victim.events)).not.toContain('forged');
	});

	test('over HTTP reaches no one', async () => {
		const { apiUrl, publishableKey } = inject('stack');
		const victim = await join(agent, `support_chat:${chatId}`);
		const notes = await join(agent, 'admin_support_notifications');
		for (const authorization of [publishableKey, owner.accessToken]) {
			const messages = [`support_chat:${chatId}`, 'admin_support_notifications'].map((topic) => ({
				topic,
				event: 'new_message',
				payload: forged,
				private: true,
			}));
			await fetch(`${apiUrl}/realtime/v1/api/broadcast`, {
				method: 'POST',
				headers: {
					apikey: publishableKey,
					authorization: `Bearer ${authorization}`,
					'content-type': 'application/json',
				},
				body: JSON.stringify({ messages }),
			});
		}
		await send(owner, 'real again');
		await expect.poll(() => JSON.stringify(victim.events)).toContain('real again');
		await expect.poll(() => JSON.stringify(notes.events)).toContain('real again');
		expect(JSON.stringify([victim.events, notes.events])).not.toContain('forged');
	});
});
