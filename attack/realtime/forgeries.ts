import { randomUUID } from 'node:crypto';
import type { Random } from '../core/random';
import { send, type Target } from '../core/target';
import type { Stage } from '../people/stage';

/** Events that only the database sends, with a word in them that no client may receive. */
export function forgedEvent(
	word: string,
	stage: Stage,
	random: Random,
): { event: string; payload: object } {
	const message = {
		...{ id: randomUUID(), chat_id: stage.customer.chatId, seq: random.integer(1, 99) },
		...{ content: word, sender_type: 'admin', sender_id: stage.agent.id },
	};
	return random.pick([
		{ event: 'new_message', payload: { type: 'new_message', message } },
		{
			event: 'new_user_message',
			payload: { type: 'new_user_message', chat_id: stage.customer.chatId, message },
		},
		{ event: 'messages_read', payload: { up_to_seq: 1e9, read_at: word } },
		{ event: 'chat_updated', payload: { chat_id: stage.customer.chatId, word } },
		{ event: 'conversation_updated', payload: { conversation: { status: 'ended', word } } },
		{ event: 'typing', payload: { sender_type: 'admin', name: word, typing: true } },
	]);
}

/** Topics that such events are sent to. */
export function realTopics(stage: Stage): string[] {
	return [
		`support_chat:${stage.customer.chatId}`,
		`support_typing:${stage.customer.chatId}`,
		'admin_support_notifications',
		`support_agent:${stage.agent.id}`,
		'support_settings',
	];
}

/** Sends an event over HTTP, in one of the forms that Realtime accepts or nearly accepts. */
export async function broadcastOverHttp(
	target: Target,
	headers: Record<string, string>,
	topic: string,
	{ event, payload }: { event: string; payload: object },
	random: Random,
): Promise<number> {
	const one = { topic, event, payload, private: random.chance(0.8) };
	const path = random.pick([
		'api/broadcast',
		`api/broadcast/${encodeURIComponent(topic)}/events/${event}`,
		'api/broadcast/',
	]);
	const body = random.pick<unknown>([
		{ messages: [one] },
		{ messages: [one, { ...one, topic: `realtime:${topic}` }] },
		{ messages: one },
		payload,
		[one],
		null,
	]);
	const { status } = await send(`${target.apiUrl}/realtime/v1/${path}`, {
		method: 'POST',
		headers,
		body: JSON.stringify(body),
	});
	return status;
}
