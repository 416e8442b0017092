import { randomUUID } from 'node:crypto';
import type { Attack, AttackPart } from '../core/part';
import { send } from '../core/target';
import { makeCaller, outsiders, type Caller } from '../people/callers';
import { prepareStage, type Stage } from '../people/stage';
import { broadcastOverHttp, forgedEvent, realTopics } from './forgeries';
import { AttackSocket, type Reply } from './socket';
import { foreignTopics, joinConfig } from './topics';

/** Realtime: joins of other people's topics, forged events, invalid frames. */
export const realtimePart: AttackPart = {
	name: 'realtime',
	what: 'joins, pushes and broadcasts over WebSocket and HTTP',
	rounds: 1,
	async round(attack) {
		const stack = await attack.stack();
		const stage = await prepareStage(stack.sql, stack);
		const listeners = await listen(attack, stage);
		const callers = outsiders.map((name) => makeCaller(name, stage, stack));
		for (const caller of callers) await attackTopics(attack, stage, caller);
		for (const caller of [...callers, makeCaller('customer', stage, stack)])
			await forge(attack, stage, caller);
		await expectNoForgery(attack, stage, listeners);
		for (const { socket } of listeners) socket.close();
	},
};

interface Listener {
	topic: string;
	socket: AttackSocket;
}

const tokenOf = ({ headers }: Caller): string | undefined =>
	headers['authorization']?.replace('Bearer ', '');

/** The possible victims: the customer and the agent, on every topic that they may join. */
async function listen({ stack }: Attack, stage: Stage): Promise<Listener[]> {
	const listeners: Listener[] = [];
	for (const topic of realTopics(stage)) {
		const socket = await AttackSocket.open(await stack());
		const config = { private: true, broadcast: { replication_ready: true } };
		const reply = await socket.join(topic, stage.agent.accessToken, config);
		if (typeof reply === 'string' || reply.status !== 'ok')
			throw new Error(`The agent cannot join ${topic}: ${JSON.stringify(reply)}`);
		listeners.push({ topic, socket });
	}
	return listeners;
}

async function attackTopics(
	{ random, report, share, stack }: Attack,
	stage: Stage,
	caller: Caller,
) {
	const topics = foreignTopics(stage);
	for (const topic of random.sample(topics, topics.length * share)) {
		const { isPrivate, config } = joinConfig(random);
		const socket = await AttackSocket.open(await stack());
		const reply = await socket.join(topic, tokenOf(caller), config);
		// The public topic of the same name is another channel: its members must receive none of our events.
		const problems = isPrivate ? unlessRefused(reply) : [];
		const told = caller.forbidden.find((word) => socket.frames.join().includes(word));
		if (told !== undefined) problems.push(`contains another person's words: ${told}`);
		report.note(`${caller.name} joins ${topic.slice(0, 120)} ${JSON.stringify(config)}`, problems);
		socket.close();
	}
}

/** Sends events that only the database may send: over the socket, joined or not, and over HTTP. */
async function forge({ random, report, stack }: Attack, stage: Stage, caller: Caller) {
	const target = await stack();
	for (const topic of realTopics(stage)) {
		const isTyping = topic.startsWith('support_typing:');
		// Customers may send on the typing topic of their own chat; receivers validate it.
		if (isTyping && caller.name === 'customer') continue;
		const socket = await AttackSocket.open(target);
		await socket.join(topic, tokenOf(caller), { private: true, broadcast: { ack: true } });
		const forged = forgedEvent(`forged${randomUUID()}`, stage, random);
		const reply = await socket.push(`realtime:${topic}`, 'broadcast', {
			type: 'broadcast',
			...forged,
		});
		report.note(`${caller.name} sends ${forged.event} on ${topic}`, unlessRefused(reply));
		const raw = random.pick<string | Uint8Array>([
			'{',
			'[]',
			'[null,null,null,null,null]',
			JSON.stringify([1, 2, `realtime:${topic}`, 'phx_join', 'x']),
			JSON.stringify(['1', '1', 'phoenix', 'heartbeat', { a: '\u0000' }]),
			new Uint8Array(300),
			Uint8Array.from({ length: 300 }, () => random.integer(0, 255)),
		]);
		socket.sendRaw(raw);
		socket.close();
		const again = forgedEvent(`forged${randomUUID()}`, stage, random);
		const status = await broadcastOverHttp(target, caller.headers, topic, again, random);
		report.note(
			`${caller.name} posts ${again.event} to ${topic}`,
			status === 0 || status >= 500 ? [`status ${status}`] : [],
		);
	}
}

/** The forged events came before a real message; only the real one arrives. */
async function expectNoForgery({ report, stack }: Attack, stage: Stage, listeners: Listener[]) {
	const target = await stack();
	const word = `real${randomUUID()}`;
	const answer = await send(`${target.apiUrl}/rest/v1/rpc/send_support_message`, {
		method: 'POST',
		headers: makeCaller('customer', stage, target).headers,
		body: JSON.stringify({ p_id: randomUUID(), p_chat_id: stage.customer.chatId, p_content: word }),
	});
	if (answer.status !== 200) throw new Error(`The customer cannot write: ${answer.text}`);
	for (const { topic, socket } of listeners) {
		const carriesMessages = /^(support_chat:|admin_)/.test(topic);
		const arrived = !carriesMessages || (await socket.waitFor(word));
		const forged = socket.frames.find((frame) => frame.includes('forged'));
		report.note(`what is forged arrives on ${topic}`, [
			...(arrived ? [] : ['the real message does not arrive']),
			...(forged === undefined ? [] : [`a forged event arrives: ${forged.slice(0, 300)}`]),
		]);
	}
}

function unlessRefused(reply: Reply): string[] {
	if (reply === 'no answer' || reply === 'closed') return [];
	return reply.status === 'ok' ? [`is not refused: ${reply.text.slice(0, 300)}`] : [];
}
