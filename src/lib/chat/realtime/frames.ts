/** One frame of the Phoenix protocol, serializer 2.0.0, as Supabase Realtime speaks it. */
export interface Frame {
	joinRef: string | null;
	ref: string | null;
	topic: string;
	event: string;
	payload: Record<string, unknown>;
}

export function encodeFrame(frame: Frame): string {
	return JSON.stringify([frame.joinRef, frame.ref, frame.topic, frame.event, frame.payload]);
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null for what this client does not understand, which it ignores as the server does. */
export function decodeFrame(data: unknown): Frame | null {
	try {
		return typeof data === 'string'
			? decodeText(data)
			: data instanceof ArrayBuffer
				? decodeUserBroadcast(new Uint8Array(data))
				: null;
	} catch {
		return null;
	}
}

function decodeText(data: string): Frame | null {
	const parts: unknown = JSON.parse(data);
	if (!isList(parts)) return null;
	const [joinRef, ref, topic, event, payload] = parts;
	if (typeof topic !== 'string' || typeof event !== 'string') return null;
	return {
		joinRef: typeof joinRef === 'string' ? joinRef : null,
		ref: typeof ref === 'string' ? ref : null,
		topic,
		event,
		payload: isObject(payload) ? payload : {},
	};
}

/**
 * Kind 4, what the database broadcasts: `04, len(topic), len(event), len(metadata), encoding`, then those three and the
 * payload back to back; lengths in bytes; encoding 1 is JSON. It becomes the same frame that a text broadcast is.
 */
function decodeUserBroadcast(bytes: Uint8Array): Frame | null {
	const [kind, topicLength = 0, eventLength = 0, metaLength = 0, encoding] = bytes;
	if (kind !== 4 || encoding !== 1) return null;
	const decoder = new TextDecoder();
	let at = 5;
	const cut = (length: number): string => decoder.decode(bytes.subarray(at, (at += length)));
	const topic = cut(topicLength);
	const event = cut(eventLength);
	at += metaLength;
	const payload: unknown = JSON.parse(decoder.decode(bytes.subarray(at)));
	return { joinRef: null, ref: null, topic, event: 'broadcast', payload: { event, payload } };
}
