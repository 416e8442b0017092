import type { RequestEvent } from '@sveltejs/kit';
import { logFault } from '../log';
import { addressKey, RateLimiter } from './rate-limiter';

const TEN_MINUTES = 10 * 60_000;

/** Failed sign-ins of one address (which an office may share), and for one email address from anywhere. */
const signInsByAddress = new RateLimiter(30, TEN_MINUTES);
const signInsByEmail = new RateLimiter(10, TEN_MINUTES);
/** Made-up sessions: each costs a call to Auth, which counts refreshes by this server's address. */
export const refusedSessions = new RateLimiter(60, TEN_MINUTES);
/** Looks at the page to unsubscribe, and its buttons: each costs a call of an Edge Function. */
const unsubscribes = new RateLimiter(60, TEN_MINUTES);

let saidNoAddress = false;

/**
 * The client's address as adapter-node knows it: behind a proxy it is right only if ADDRESS_HEADER (and XFF_DEPTH)
 * are set, see docs/install.md. No header is believed otherwise.
 */
export function clientAddress(event: RequestEvent): string {
	try {
		return event.getClientAddress();
	} catch (cause) {
		// The request came past the proxy: everybody who does so is counted together.
		if (!saidNoAddress) logFault('A request without the address header', cause);
		saidNoAddress = true;
		return 'unknown';
	}
}

/**
 * Counts an attempt to sign in. `wait` is in milliseconds, 0 if it may go on. Only attempts that failed are limited:
 * `takeBack` is for one that did not. It counts while it is under way, so that many at once are limited, too.
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

/** Counts a look-up of an email's token; returns the milliseconds to wait, 0 if none. */
export function countUnsubscribe(event: RequestEvent): number {
	const key = addressKey(clientAddress(event));
	const wait = unsubscribes.waitFor(key);
	if (wait === 0) unsubscribes.count(key);
	return wait;
}
