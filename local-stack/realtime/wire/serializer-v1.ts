import { type ClientFrame, type Ref, type Serializer, type ServerFrame, toRef } from './frames';
import { parseJson, parseObject } from './json';

/** Phoenix's 1.0.0 protocol: every frame is a JSON object, and frames of the server have no `join_ref`. */
export const serializerV1: Serializer = {
	vsn: '1.0.0',

	decode(data, isBinary): ClientFrame | undefined {
		if (isBinary) return undefined;
		const frame = parseObject(data.toString('utf8'));
		if (!frame || typeof frame.topic !== 'string' || typeof frame.event !== 'string')
			return undefined;
		if (!('payload' in frame) || !('ref' in frame)) return undefined;
		return {
			joinRef: toRef(frame.join_ref),
			ref: toRef(frame.ref),
			topic: frame.topic,
			event: frame.event,
			payload: frame.payload,
		};
	},

	encode(frame): string | undefined {
		const { ref, event, payload } = toMessage(frame) ?? {};
		if (event === undefined) return undefined;
		return JSON.stringify({ ref, event, topic: frame.topic, payload });
	},
};

function toMessage(frame: ServerFrame): { ref: Ref; event: string; payload: unknown } | undefined {
	switch (frame.kind) {
		case 'push':
			return frame;
		case 'reply':
			return {
				ref: frame.ref,
				event: 'phx_reply',
				payload: { status: frame.status, response: frame.response },
			};
		case 'user-broadcast': {
			// An object cannot hold raw bytes, so clients of this version never get them.
			if (frame.encoding === 'binary') return undefined;
			const payload = parseJson(frame.body.toString('utf8'));
			if (!payload) return undefined;
			const { event, metadata } = frame;
			const meta = metadata ? { meta: metadata } : {};
			return {
				ref: null,
				event: 'broadcast',
				payload: { event, payload: payload.value, type: 'broadcast', ...meta },
			};
		}
	}
}
