/** Phoenix's references: the client's own counters, which replies repeat. */
export type Ref = string | null;

/** A broadcast whose payload is never parsed: from the database, HTTP, or a kind 3 frame. */
export interface UserBroadcast {
	kind: 'user-broadcast';
	/** The event name that the sender chose, not Phoenix's `broadcast`. */
	event: string;
	encoding: 'json' | 'binary';
	/** JSON text or raw bytes, as `encoding` says. */
	body: Buffer;
	/** The receiver gets it as `meta`; null for none. */
	metadata: { id: string; replayed?: boolean } | null;
}

/** A message to all members of a topic. */
export type Broadcast =
	UserBroadcast | { kind: 'json'; event: 'broadcast' | 'presence_diff'; payload: unknown };

/** One frame from a client, of either protocol version. */
export interface ClientFrame {
	joinRef: Ref;
	ref: Ref;
	topic: string;
	event: string;
	/** Parsed JSON, or a user broadcast if the frame was binary. */
	payload: unknown;
	userBroadcast?: UserBroadcast;
}

/** One frame to a client. */
export type ServerFrame =
	| { kind: 'push'; joinRef: Ref; ref: Ref; topic: string; event: string; payload: unknown }
	| {
			kind: 'reply';
			joinRef: Ref;
			ref: Ref;
			topic: string;
			status: 'ok' | 'error';
			response: unknown;
	  }
	| (UserBroadcast & { topic: string });

/** Text or binary, as it is sent. */
export type Encoded = string | Buffer;

/** One version of the wire protocol. */
export interface Serializer {
	readonly vsn: '1.0.0' | '2.0.0';
	/** Undefined if the frame is malformed: the server then ignores it. */
	decode(data: Buffer, isBinary: boolean): ClientFrame | undefined;
	/** Undefined if this version cannot carry the frame: it is then not delivered. */
	encode(frame: ServerFrame): Encoded | undefined;
}

/** A reply to a client's push. */
export function reply(
	to: { joinRef: Ref; ref: Ref; topic: string },
	status: 'ok' | 'error',
	response: unknown = {},
): ServerFrame {
	return { kind: 'reply', joinRef: to.joinRef, ref: to.ref, topic: to.topic, status, response };
}

/** References are strings; a number is converted to text, any other value is ignored. */
export function toRef(value: unknown): Ref {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' ? value : null;
}
