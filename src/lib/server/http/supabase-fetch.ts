import { ServerClock } from '$chat/api/server-clock';

/** How long Supabase may take, in milliseconds, for everything that one request needs. Its own statements end after 8 s. */
export const ANSWER_WITHIN_MS = 10_000;

/** Supabase's clock, as its answers show it: this machine's may be wrong, and tokens expire by the server's time. */
export const supabaseClock = new ServerClock(() => Date.now());

/** Statuses of a gateway or a PostgREST that cannot serve anybody now. */
const UNAVAILABLE = new Set([502, 503, 504, 520, 522, 524]);

/**
 * Supabase did not answer in time, could not be reached, or is overloaded. This does not concern the caller's
 * identity. supabase-js repeats a failed request with pauses (an hour, if Retry-After says so), but never an
 * aborted one: this error's name keeps the page from waiting for that.
 */
export class SupabaseUnavailable extends Error {
	override readonly name = 'AbortError';
}

/**
 * The `fetch` for every call to Supabase that one request of the dashboard makes. All of them together have one time
 * limit, which begins with the first; answers are cut off by it, too.
 */
export function createSupabaseFetch(limitMs = ANSWER_WITHIN_MS): typeof globalThis.fetch {
	let deadline: AbortSignal | undefined;
	return async (input, init) => {
		deadline ??= AbortSignal.timeout(limitMs);
		const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
		const sentAt = Date.now();
		const response = await fetch(input, { ...init, signal }).catch((cause: unknown) => {
			const reason = deadline?.aborted
				? `did not answer within ${limitMs} ms`
				: 'cannot be reached';
			throw new SupabaseUnavailable(`Supabase ${reason}`, { cause });
		});
		supabaseClock.observe(response.headers.get('date'), sentAt);
		if (UNAVAILABLE.has(response.status)) {
			await response.body?.cancel();
			throw new SupabaseUnavailable(`Supabase answered ${response.status}`);
		}
		return response;
	};
}
