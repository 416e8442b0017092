import { type ClientFrame, type Serializer, type ServerFrame, toRef } from './frames';
import { parseJson } from './json';

const KIND_USER_BROADCAST_PUSH = 3;
const KIND_USER_BROADCAST = 4;
const ENCODING_BINARY = 0;
const ENCODING_JSON = 1;
/** Lengths are sent as one byte. */
const MAX_FIELD_BYTES = 255;

/** Phoenix's 2.0.0 protocol: JSON arrays, and binary frames for broadcasts of users. */
export const serializerV2: Serializer = {
	vsn: '2.0.0',

	decode: (data, isBinary) => (isBinary ? decodeBinary(data) : decodeText(data.toString('utf8'))),

	encode(frame) {
		switch (frame.kind) {
			case 'push':
				return JSON.stringify([frame.joinRef, frame.ref, frame.topic, frame.event, frame.payload]);
			case 'reply': {
				const payload = { status: frame.status, response: frame.response };
				return JSON.stringify([frame.joinRef, frame.ref, frame.topic, 'phx_reply', payload]);
			}
			case 'user-broadcast':
				return encodeUserBroadcast(frame);
		}
	},
};

function decodeText(text: string): ClientFrame | undefined {
	const parsed = parseJson(text);
	if (!Array.isArray(parsed?.value) || parsed.value.length < 5) return undefined;
	const fields: unknown[] = parsed.value;
	const [joinRef, ref, topic, event, payload] = fields;
	if (typeof topic !== 'string' || typeof event !== 'string') return undefined;
	return { joinRef: toRef(joinRef), ref: toRef(ref), topic, event, payload };
}

/** Kind 3: one byte each for the kind, five lengths and the encoding, then the fields one after the other. */
function decodeBinary(data: Buffer): ClientFrame | undefined {
	const headerBytes = 7;
	if (data.length < headerBytes || data[0] !== KIND_USER_BROADCAST_PUSH) return undefined;
	const lengths = [...data.subarray(1, 6)];
	const bodyStart = headerBytes + lengths.reduce((sum, length) => sum + length, 0);
	if (data.length < bodyStart) return undefined;

	let offset = headerBytes;
	const [joinRef = '', ref = '', topic = '', event = '', metadata = ''] = lengths.map((length) =>
		data.toString('utf8', offset, (offset += length)),
	);
	if (metadata !== '' && !parseJson(metadata)) return undefined;
	const encoding = data[6] === ENCODING_BINARY ? 'binary' : 'json';
	const body = data.subarray(bodyStart);
	return {
		joinRef,
		ref,
		topic,
		event: 'broadcast',
		payload: undefined,
		// A client's metadata is not passed on: only the database gives a message its id.
		userBroadcast: { kind: 'user-broadcast', event, encoding, body, metadata: null },
	};
}

/** Kind 4, or undefined if a field is longer than its length byte allows. */
function encodeUserBroadcast(
	frame: Extract<ServerFrame, { kind: 'user-broadcast' }>,
): Buffer | undefined {
	const topic = Buffer.from(frame.topic);
	const event = Buffer.from(frame.event);
	const metadata = Buffer.from(frame.metadata ? JSON.stringify(frame.metadata) : '');
	const fields = [topic, event, metadata];
	if (fields.some((field) => field.length > MAX_FIELD_BYTES)) return undefined;
	const encoding = frame.encoding === 'json' ? ENCODING_JSON : ENCODING_BINARY;
	const header = [KIND_USER_BROADCAST, ...fields.map((field) => field.length), encoding];
	return Buffer.concat([Buffer.from(header), ...fields, frame.body]);
}
