import type { Frame } from './frames';

/** Who is there: by key, the meta of each of their connections. */
export type Present = Record<string, unknown[]>;

const metasOf = (entry: unknown): unknown[] =>
	typeof entry === 'object' && entry !== null && 'metas' in entry && Array.isArray(entry.metas)
		? entry.metas
		: [];

const refOf = (meta: unknown): unknown =>
	typeof meta === 'object' && meta !== null && 'phx_ref' in meta ? meta.phx_ref : undefined;

function read(list: unknown): Present {
	if (typeof list !== 'object' || list === null) return {};
	return Object.fromEntries(Object.entries(list).map(([key, entry]) => [key, metasOf(entry)]));
}

/** Applies a `presence_state` (everybody) or a `presence_diff` (who came, who went). */
export function mergePresence(before: Present, frame: Pick<Frame, 'event' | 'payload'>): Present {
	if (frame.event === 'presence_state') return read(frame.payload);
	const present = new Map(Object.entries(before));
	for (const [key, metas] of Object.entries(read(frame.payload.joins)))
		present.set(key, [...(present.get(key) ?? []), ...metas]);
	for (const [key, metas] of Object.entries(read(frame.payload.leaves))) {
		const gone = new Set(metas.map(refOf));
		const left = (present.get(key) ?? []).filter((meta) => !gone.has(refOf(meta)));
		if (left.length > 0) present.set(key, left);
		else present.delete(key);
	}
	return Object.fromEntries(present);
}
