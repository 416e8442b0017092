import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type RealtimeContext } from '../context';
import { parseBatch, sendBatch } from './http-batch';
import { findHttpCaller } from './http-caller';
import { readBody, respond, respondToPreflight } from './http-messages';
import { type HttpAnswer, sendSingle } from './http-single';
import { parseObject } from '../wire/json';

type HttpCaller = NonNullable<ReturnType<typeof findHttpCaller>>;

/**
 * The HTTP interface: broadcasts without a socket, and `/healthcheck`. Paths may begin with `/realtime/v1`, as behind a
 * project's gateway.
 */
export async function answerHttp(
	request: IncomingMessage,
	response: ServerResponse,
	context: RealtimeContext,
): Promise<void> {
	const url = new URL(request.url ?? '/', 'http://localhost');
	const path = url.pathname.replace(/^\/realtime\/v1(?=\/)/, '');
	if (path === '/healthcheck') return void response.end('ok');
	const single = /^\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/.exec(path);
	if (path !== '/api/broadcast' && !single) return respond(response, 404, { message: 'not found' });
	if (request.method === 'OPTIONS') return respondToPreflight(request, response);
	if (request.method !== 'POST') return respond(response, 404, { message: 'not found' });

	const caller = findHttpCaller(request, context);
	if (!caller) return respond(response, 401, { message: 'Unauthorized' });
	const limited = applyRateLimit(response, context);
	if (limited) return respond(response, 429, limited);
	const body = await readBody(request);
	if (!body) return respond(response, 413);

	const [, topic, event] = single ?? [];
	const answer =
		topic === undefined || event === undefined
			? await answerBatch(body, caller, context)
			: await sendSingle(
					{
						topic: decode(topic),
						event: decode(event),
						isPrivate: url.searchParams.get('private') === 'true',
						contentType: request.headers['content-type'],
						body,
					},
					caller,
					context,
				);
	if (answer.status === 400) return respondBadRequest(response);
	respond(response, answer.status, answer.body);
}

async function answerBatch(
	body: Buffer,
	caller: HttpCaller,
	context: RealtimeContext,
): Promise<HttpAnswer> {
	const parsed = parseObject(body.toString('utf8'));
	if (!parsed) return { status: 400 };
	const batch = parseBatch(parsed, context.limits.maxPayloadBytes);
	if ('errors' in batch) return { status: 422, body: { errors: { messages: batch.errors } } };
	const { events } = context;
	if (batch.messages.length + events.average > events.limit)
		return {
			status: 429,
			body: { message: 'Too many messages to broadcast, please reduce the batch size' },
		};
	await sendBatch(batch.messages, caller, context);
	return { status: 202 };
}

/** Adds headers with the rate if there is a limit; returns the body of a refusal if it is reached. */
function applyRateLimit(
	response: ServerResponse,
	{ events }: RealtimeContext,
): { message: string } | undefined {
	const rolling = Math.trunc(events.average);
	if (Number.isFinite(events.limit)) {
		response.setHeader('x-rate-rolling', rolling);
		response.setHeader('x-rate-limit', events.limit);
		response.setHeader('x-rate-limit-remaining', events.limit - rolling);
	}
	return rolling >= events.limit ? { message: 'Too many requests' } : undefined;
}

/** The framework responds to invalid JSON before any of its handlers runs, with a page instead of JSON. */
function respondBadRequest(response: ServerResponse): void {
	response.writeHead(400, {
		'access-control-allow-origin': '*',
		'content-type': 'text/html; charset=utf-8',
	});
	response.end('Bad Request');
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
