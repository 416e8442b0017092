import { isText } from '$chat/api/guards';

/** Which presence keys are there: the connections of each. */
export type PresenceState = ReadonlyMap<string, readonly string[]>;
/** No one is online, or nothing is known. */
export const NOBODY: PresenceState = new Map();
/** More keys, and more connections of one, than a team has: the rest is ignored. */
const KEYS_MAX = 1_000;
const CONNECTIONS_MAX = 20;

const entriesOf = (value: unknown): [string, unknown][] =>
	typeof value === 'object' && value !== null ? Object.entries(value) : [];

/**
 * `{ <key>: { metas: [{ phx_ref, … }] } }`, in Phoenix's format. Each client chooses its own key and payload, so a key only
 * says that a connection with this name exists; the database says who views which chat.
 */
function parse(payload: unknown): Map<string, string[]> {
	const state = new Map<string, string[]>();
	for (const [key, value] of entriesOf(payload).slice(0, KEYS_MAX)) {
		const metas: unknown = Object.fromEntries(entriesOf(value)).metas;
		const refs = (Array.isArray(metas) ? metas : []).flatMap((meta: unknown): string[] => {
			const ref: unknown = Object.fromEntries(entriesOf(meta)).phx_ref;
			return isText(ref) ? [ref] : [];
		});
		if (refs.length > 0) state.set(key, refs.slice(0, CONNECTIONS_MAX));
	}
	return state;
}

/** The state after a `presence_state` (all of it) or a `presence_diff` (joins and leaves). */
export function applyPresence(
	state: PresenceState,
	event: string,
	payload: unknown,
): PresenceState {
	if (event === 'presence_state') return parse(payload);
	if (event !== 'presence_diff') return state;
	const diff = Object.fromEntries(entriesOf(payload));
	const next = new Map(state);
	const leaves = parse(diff.leaves);
	const joins = parse(diff.joins);
	for (const key of new Set([...leaves.keys(), ...joins.keys()])) {
		const came = joins.get(key) ?? [];
		const gone = new Set([...(leaves.get(key) ?? []), ...came]);
		const kept = (next.get(key) ?? []).filter((ref) => !gone.has(ref));
		const refs = [...kept, ...came].slice(-CONNECTIONS_MAX);
		if (refs.length === 0) next.delete(key);
		else if (next.has(key) || next.size < KEYS_MAX) next.set(key, refs);
	}
	return next;
}
