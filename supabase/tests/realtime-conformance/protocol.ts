import { z } from 'zod';

/** A frame from the server, in whatever version of the protocol it came. */
export interface Frame {
	/** The first byte of a binary frame; 4 is a broadcast. Undefined for text frames. */
	kind?: number;
	/** How a binary frame's payload is encoded: 0 is bytes, 1 is JSON. */
	encoding?: number;
	joinRef: string | null;
	ref: string | null;
	topic: string;
	event: string;
	payload: Record<string, unknown>;
	/** The metadata of a binary frame: the id of a broadcast from the database. */
	meta?: Record<string, unknown>;
	/** The text as it came, for checks of the exact form. */
	raw: string;
}

export type Version = '1.0.0' | '2.0.0';

const record = z.record(z.string(), z.unknown());
const reference = z.string().nullable();
const arrayFrame = z.tuple([reference, reference, z.string(), z.string(), record]);
const objectFrame = z.object({
	ref: reference.default(null),
	join_ref: reference.default(null),
	topic: z.string(),
	event: z.string(),
	payload: record,
});

/** Reads a text frame: an array in version 2.0.0, an object in 1.0.0. */
export function readText(raw: string, version: Version): Frame {
	const json: unknown = JSON.parse(raw);
	if (version === '1.0.0') {
		const { join_ref: joinRef, ...frame } = objectFrame.parse(json);
		return { joinRef, ...frame, raw };
	}
	const [joinRef, ref, topic, event, payload] = arrayFrame.parse(json);
	return { joinRef, ref, topic, event, payload, raw };
}

/** Reads a binary broadcast: kind, three lengths and the encoding, one byte each, then topic, event, metadata and body. */
export function readBinary(data: Buffer): Frame {
	const [kind = 0, topicLength = 0, eventLength = 0, metaLength = 0, encoding = 0] = data;
	let offset = 5;
	const take = (length: number): string => data.toString('utf8', offset, (offset += length));
	const topic = take(topicLength);
	const event = take(eventLength);
	const meta = take(metaLength);
	const body = data.toString('utf8', offset);
	const payload = { event, payload: encoding === 1 ? JSON.parse(body) : body };
	return {
		...{ kind, encoding, topic, payload },
		...(meta === '' ? {} : { meta: record.parse(JSON.parse(meta)) }),
		...{ event: 'broadcast', joinRef: null, ref: null, raw: '' },
	};
}

/** A binary push of a client: kind 3, five lengths and the encoding (JSON), then the fields back to back. */
export function writeBinary(topic: string, event: string, payload: object): Buffer {
	const fields = ['1', '9', topic, event].map((field) => Buffer.from(field));
	const lengths = fields.map((field) => field.length);
	const header = Buffer.from([3, ...lengths, 0, 1]);
	return Buffer.concat([header, ...fields, Buffer.from(JSON.stringify(payload))]);
}
