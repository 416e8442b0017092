import { ServerClock } from '$chat/api/server-clock';

/**
 * The time limit for all calls to Supabase within one request, in milliseconds. Supabase's own statements end after 8
 * s.
 */
const ANSWER_WITHIN_MS = 10_000;

/**
 * The clock of Supabase, from its responses: this machine's clock may be wrong, and tokens expire by the server's time.
 */
export const supabaseClock = new ServerClock(() => Date.now());

/** Statuses of a gateway or a PostgREST that cannot serve any request now. */
const UNAVAILABLE = new Set([502, 503, 504, 520, 522, 524]);

/**
 * Supabase did not respond in time, could not be reached, or is overloaded. This does not concern the caller's
 * identity. supabase-js repeats a failed request after pauses (an hour, if Retry-After says so), but never an aborted
 * one: this error's name prevents the page from waiting.
 */
export class SupabaseUnavailable extends Error {
	override readonly name = 'AbortError';
}

/**
 * The `fetch` for all calls to Supabase within one request of the dashboard. They share one time limit, which begins
 * with the first call and also aborts responses.
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
