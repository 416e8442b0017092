import { type Caller } from '../database/authorization';
import { type RealtimeContext } from '../context';
import { askMayWrite } from './http-batch';
import { hubKey } from '../hub';
import { parseJson } from '../wire/json';

/** The message of `POST /api/broadcast/:topic/events/:event`. */
export interface SingleMessage {
	topic: string;
	event: string;
	isPrivate: boolean;
	contentType: string | undefined;
	body: Buffer;
}

export interface HttpAnswer {
	status: number;
	body?: unknown;
}

/** Sends one message, JSON or bytes, depending on its content type. */
export async function sendSingle(
	message: SingleMessage,
	caller: Omit<Caller, 'topic'>,
	context: RealtimeContext,
): Promise<HttpAnswer> {
	const encoding = findEncoding(message.contentType);
	if (!encoding)
		return {
			status: 415,
			body: {
				error: 'Unsupported Media Type. Use application/json or application/octet-stream',
			},
		};
	const { topic, event, isPrivate, body } = message;
	if (encoding === 'json' && !parseJson(body.toString('utf8'))) return { status: 400 };
	if (body.length > context.limits.maxPayloadBytes)
		return { status: 422, body: { errors: { payload: ['Payload size exceeds tenant limit'] } } };
	if (isPrivate) {
		const mayWrite = await askMayWrite({ ...caller, topic }, context);
		if (mayWrite === undefined) return { status: 422, body: { message: 'RLS policy error' } };
		if (!mayWrite) return { status: 403, body: { message: 'Unauthorized' } };
	}
	context.events.add();
	context.hub.publish(hubKey(topic, isPrivate), {
		kind: 'user-broadcast',
		event,
		encoding,
		body,
		metadata: null,
	});
	return { status: 202 };
}

function findEncoding(contentType: string | undefined): 'json' | 'binary' | undefined {
	switch (contentType?.split(';')[0]?.trim().toLowerCase()) {
		case undefined:
		case 'application/json':
			return 'json';
		case 'application/octet-stream':
			return 'binary';
		default:
			return undefined;
	}
}
