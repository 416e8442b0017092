import { askWrite, type Caller, unaskedPolicies } from '../database/authorization';
import { type RealtimeContext } from '../context';
import { hubKey } from '../hub';
import { isObject, type JsonObject } from '../wire/json';

/** One message of `POST /api/broadcast`. */
export interface BatchMessage {
	topic: string;
	event: string;
	payload: JsonObject;
	private: boolean;
}

/** The errors of each field, per message, or one text for the whole list. */
export type BatchErrors = (string | Record<string, string[]>)[];

/** Reads `{"messages": […]}`; returns errors with the real server's texts. */
export function parseBatch(
	body: JsonObject,
	maxPayloadBytes: number,
): { messages: BatchMessage[] } | { errors: BatchErrors } {
	const { messages } = body;
	if (messages == null) return { errors: ["can't be blank"] };
	if (!Array.isArray(messages) || !messages.every(isObject)) return { errors: ['is invalid'] };
	if (messages.length === 0) return { errors: ["can't be blank"] };
	const errors = messages.map((message) => findErrors(message, maxPayloadBytes));
	if (errors.some((found) => Object.keys(found).length > 0)) return { errors };
	return { messages: messages.flatMap(toMessage) };
}

/** Sends a batch. Messages that the caller's insert policies do not allow are dropped without an error. */
export async function sendBatch(
	messages: BatchMessage[],
	caller: Omit<Caller, 'topic'>,
	context: RealtimeContext,
): Promise<void> {
	const allowed = new Map<string, boolean>();
	const ordered = [
		...messages.filter((message) => !message.private),
		...messages.filter((message) => message.private),
	];
	for (const { topic, event, payload, private: isPrivate } of ordered) {
		if (isPrivate && !allowed.has(topic))
			allowed.set(topic, (await askMayWrite({ ...caller, topic }, context)) === true);
		if (isPrivate && allowed.get(topic) !== true) continue;
		context.events.add();
		context.hub.publish(hubKey(topic, isPrivate), {
			kind: 'json',
			event: 'broadcast',
			payload: { payload, event, type: 'broadcast' },
		});
	}
}

/** Whether the caller may broadcast to a private topic; undefined if the database did not respond. */
export async function askMayWrite(
	caller: Caller,
	context: RealtimeContext,
): Promise<boolean | undefined> {
	try {
		const policies = await askWrite(context.sql, caller, unaskedPolicies());
		return policies.broadcast.write === true;
	} catch (error) {
		context.log(`realtime: asking who may send to ${caller.topic} failed: ${String(error)}`);
		return undefined;
	}
}

function findErrors(message: JsonObject, maxPayloadBytes: number): Record<string, string[]> {
	const errors: Record<string, string[]> = {};
	for (const field of ['topic', 'event'] as const) {
		const value = message[field];
		if (value == null || (typeof value === 'string' && value.trim() === ''))
			errors[field] = ["can't be blank"];
		else if (typeof value !== 'string') errors[field] = ['is invalid'];
	}
	const { payload } = message;
	if (payload == null) errors.payload = ["can't be blank"];
	else if (!isObject(payload)) errors.payload = ['is invalid'];
	else if (Buffer.byteLength(JSON.stringify(payload)) > maxPayloadBytes)
		errors.payload = ['Payload size exceeds tenant limit'];
	if (toBoolean(message.private) === undefined) errors.private = ['is invalid'];
	return errors;
}

function toMessage(message: JsonObject): BatchMessage[] {
	const { topic, event, payload } = message;
	if (typeof topic !== 'string' || typeof event !== 'string' || !isObject(payload)) return [];
	return [{ topic, event, payload, private: toBoolean(message.private) ?? false }];
}

function toBoolean(value: unknown): boolean | undefined {
	if (value == null || value === false || value === 'false' || value === '0' || value === 0)
		return false;
	return value === true || value === 'true' || value === '1' || value === 1 ? true : undefined;
}
