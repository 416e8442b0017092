import { Webhook } from 'standardwebhooks';
import { post, type Answer } from './http.ts';
import {
	closeQuietly,
	connectTo,
	messageOf,
	Unreachable,
	type Connection,
	type Network,
} from './network.ts';
import type { ClaimedDelivery, Outcome } from './outbox.ts';

/** For everything together: DNS, connection, TLS, request and response. */
const TIMEOUT_MS = 10_000;

/** Makes one attempt of a delivery, and returns its result. Never throws. */
export type SendWebhook = (delivery: ClaimedDelivery) => Promise<Outcome>;

/** Makes the sender: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function webhookSender(network: Network, timeoutMs = TIMEOUT_MS): SendWebhook {
	return async (delivery) => {
		const started = Date.now();
		const said = await attempt(network, delivery, timeoutMs).catch((error: unknown) => ({
			status: null,
			error: error instanceof Unreachable ? error.message : `It broke off: ${messageOf(error)}`,
			retryAfter: null,
		}));
		return { ...said, milliseconds: Date.now() - started };
	};
}

async function attempt(
	network: Network,
	delivery: ClaimedDelivery,
	timeoutMs: number,
): Promise<Omit<Outcome, 'milliseconds'>> {
	const target = new URL(delivery.url);
	const open: Connection[] = [];
	let isOver = false;
	const opened = (connection: Connection): void => {
		if (isOver) closeQuietly(connection);
		else open.push(connection);
	};
	const work = async (): Promise<Answer> => {
		const connection = await connectTo(network, target, delivery.is_private_target, opened);
		const body = JSON.stringify(delivery.payload);
		return post(connection, target, signedHeaders(delivery, body), body);
	};
	try {
		return judge(await inTime(work(), timeoutMs));
	} finally {
		isOver = true;
		open.forEach(closeQuietly);
	}
}

/** One signature for each valid secret, the newest first. */
function signedHeaders({ id, secrets }: ClaimedDelivery, body: string): Record<string, string> {
	const now = new Date();
	return {
		'user-agent': 'Support-Chat-Webhooks/1',
		'content-type': 'application/json',
		accept: '*/*',
		'webhook-id': id,
		'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
		'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
	};
}

function judge({ status, headers }: Answer): Omit<Outcome, 'milliseconds'> {
	const location = headers.get('location')?.slice(0, 200);
	const error =
		status >= 300 && status < 400
			? `The receiver redirects (${status}${location ? ` to ${location}` : ''}). Redirects are not followed: enter the address that answers.`
			: null;
	return { status, error, retryAfter: readRetryAfter(headers.get('retry-after')) };
}

/** Seconds or a date; null if it is neither. */
export function readRetryAfter(value: string | undefined, now = Date.now()): number | null {
	if (value === undefined) return null;
	if (/^\d{1,9}$/.test(value)) return Number(value);
	const date = /^[A-Z]/.test(value) ? Date.parse(value) : Number.NaN;
	return Number.isNaN(date) ? null : Math.min(Math.max(0, Math.ceil((date - now) / 1000)), 1e9);
}

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const timeout = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(() => {
			reject(new Unreachable(`The receiver did not answer within ${timeoutMs / 1000} s.`));
		}, timeoutMs);
	});
	// Ignore results after the timeout.
	work.catch(() => undefined);
	try {
		return await Promise.race([work, timeout]);
	} finally {
		clearTimeout(timer);
	}
}
