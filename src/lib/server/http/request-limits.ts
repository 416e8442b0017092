import type { RequestEvent } from '@sveltejs/kit';
import { logFault } from '../log';
import { addressKey, RateLimiter } from './rate-limiter';

const TEN_MINUTES = 10 * 60_000;

/** Failed sign-ins of one client address (which an office may share), and for one email address from any client. */
const signInsByAddress = new RateLimiter(30, TEN_MINUTES);
const signInsByEmail = new RateLimiter(10, TEN_MINUTES);
/** Forged sessions: each causes a call to Auth, which counts refreshes by this server's address. */
export const refusedSessions = new RateLimiter(60, TEN_MINUTES);
/** Views of the page to unsubscribe, and its buttons: each calls an Edge Function. */
const unsubscribes = new RateLimiter(60, TEN_MINUTES);

let saidNoAddress = false;

/**
 * The client's address from adapter-node. Behind a proxy it is right only if ADDRESS_HEADER (and XFF_DEPTH) are set,
 * see docs/install.md. Other headers are ignored.
 */
export function clientAddress(event: RequestEvent): string {
	try {
		return event.getClientAddress();
	} catch (cause) {
		// The request did not come through the proxy: all such requests are counted together.
		if (!saidNoAddress) logFault('A request without the address header', cause);
		saidNoAddress = true;
		return 'unknown';
	}
}

/**
 * Counts an attempt to sign in. `wait` is in milliseconds, 0 if it is allowed. Only failed attempts are limited: call
 * `takeBack` after a successful one. An attempt also counts while it is running, so that many simultaneous ones are
 * limited, too.
 */
export function countSignIn(
	event: RequestEvent,
	email: string,
): { wait: number; takeBack(): void } {
	const keys = [
		[signInsByAddress, addressKey(clientAddress(event))],
		[signInsByEmail, email.toLowerCase()],
	] as const;
	const wait = Math.max(...keys.map(([limiter, key]) => limiter.waitFor(key)));
	if (wait === 0) for (const [limiter, key] of keys) limiter.count(key);
	return {
		wait,
		takeBack() {
			for (const [limiter, key] of keys) limiter.giveBack(key);
		},
	};
}

/** Counts a look-up of an email's token; returns the milliseconds to wait, 0 if it is allowed. */
export function countUnsubscribe(event: RequestEvent): number {
	const key = addressKey(clientAddress(event));
	const wait = unsubscribes.waitFor(key);
	if (wait === 0) unsubscribes.count(key);
	return wait;
}
