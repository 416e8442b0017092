import { isText, orNull, shape } from '../chat/guards';

/** Somebody of the team whose dashboard is open, and the chat they look at. Said by their browsers: for display only. */
export interface Colleague {
	user_id: string;
	name: string;
	chat_id: string | null;
}

const isColleague = shape<Colleague>({ user_id: isText, name: isText, chat_id: orNull(isText) });

/** What each presence key tracks: one entry per connection. */
export type PresenceState = ReadonlyMap<string, readonly Tracked[]>;
/** Nobody is there, or nothing is known. */
export const NOBODY: PresenceState = new Map();
type Tracked = Colleague & { phx_ref: string };

const entriesOf = (value: unknown): [string, unknown][] =>
	typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** `{ <key>: { metas: [{ phx_ref, … }] } }`, as Phoenix words it; what is no colleague is left out. */
function parse(payload: unknown): Map<string, Tracked[]> {
	const state = new Map<string, Tracked[]>();
	for (const [key, value] of entriesOf(payload)) {
		const metas: unknown = Object.fromEntries(entriesOf(value)).metas;
		const tracked = (Array.isArray(metas) ? metas : []).flatMap((meta: unknown): Tracked[] => {
			// The key is the server's word, the rest the browser's: nobody can be somebody else's entry.
			if (!isColleague(meta) || meta.user_id !== key) return [];
			const { user_id, name, chat_id } = meta;
			const phx_ref = 'phx_ref' in meta && isText(meta.phx_ref) ? meta.phx_ref : '';
			return [{ user_id, name: name.slice(0, 80), chat_id, phx_ref }];
		});
		if (tracked.length > 0) state.set(key, tracked);
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
		const gone = new Set((leaves.get(key) ?? []).map(({ phx_ref }) => phx_ref));
		const came = joins.get(key) ?? [];
		for (const { phx_ref } of came) gone.add(phx_ref);
		const left = (next.get(key) ?? []).filter(({ phx_ref }) => !gone.has(phx_ref)).concat(came);
		if (left.length > 0) next.set(key, left);
		else next.delete(key);
	}
	return next;
}

/** Everybody once, by name; who looks at several chats is in the list once for each. */
export function colleaguesIn(state: PresenceState): Colleague[] {
	return [...state.values()]
		.flat()
		.map(({ user_id, name, chat_id }) => ({ user_id, name, chat_id }))
		.sort((a, b) => a.name.localeCompare(b.name));
}
