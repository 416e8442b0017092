import { askWrite } from '../database/authorization';
import { type ChannelSession } from './channel-session';
import { type RealtimeContext } from '../context';
import { type Broadcast, type ClientFrame } from '../wire/frames';
import { type Subscriber } from '../hub';
import { isObject } from '../wire/json';

/** `silence` is deliberate: a client that may not send gets no error. */
export type BroadcastResult = 'ok' | 'payload_size_exceeded' | 'silence';

/**
 * Sends a client's broadcast to the others if the insert policies allow it. They are evaluated once per join and token.
 */
export async function broadcastFromClient(
	frame: ClientFrame,
	session: ChannelSession,
	sender: Subscriber,
	context: RealtimeContext,
): Promise<BroadcastResult> {
	if (!(await mayWrite(session, context))) return 'silence';
	context.events.add();
	const broadcast = frame.userBroadcast ?? textBroadcast(frame.payload);
	if (payloadBytes(broadcast) > context.limits.maxPayloadBytes) return 'payload_size_exceeded';
	const except = session.config.selfBroadcast ? undefined : sender;
	context.hub.publish(session.key, broadcast, except);
	return 'ok';
}

async function mayWrite(session: ChannelSession, context: RealtimeContext): Promise<boolean> {
	if (session.policies === null) return true;
	if (session.policies.broadcast.write === null) {
		try {
			session.policies = await askWrite(context.sql, session.caller, session.policies);
		} catch (error) {
			context.log(`realtime: asking who may send to ${session.name} failed: ${String(error)}`);
			return false;
		}
	}
	return session.policies.broadcast.write === true;
}

function textBroadcast(payload: unknown): Broadcast {
	// The real server's channel crashes on these, and so does this one: the client then gets phx_error.
	if (!isObject(payload)) throw new Error('A broadcast must be a JSON object');
	return { kind: 'json', event: 'broadcast', payload };
}

function payloadBytes(broadcast: Broadcast): number {
	if (broadcast.kind === 'user-broadcast') return broadcast.body.length;
	return Buffer.byteLength(JSON.stringify(broadcast.payload));
}
