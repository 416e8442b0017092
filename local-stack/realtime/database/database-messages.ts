import { type RealtimeContext } from '../context';
import { hubKey } from '../hub';
import { type InsertedRow } from './pgoutput';

/** Sends a row of realtime.messages to its topic. A row that cannot be sent is logged and dropped. */
export function publishRow(row: InsertedRow, context: RealtimeContext): void {
	if (row.schema !== 'realtime' || !row.table.startsWith('messages')) return;
	const { id, topic, event, private: isPrivate, payload, binary_payload: bytes } = row.columns;
	if (id == null || topic == null || event == null || isPrivate == null)
		return context.log('realtime: a message without id, topic, event or private was dropped');

	const body = bytes == null ? payload : bytes;
	if (body == null) return context.log('realtime: UnableToBroadcastChanges: payload_missing');
	const buffer = bytes == null ? Buffer.from(body) : Buffer.from(bytes.slice(2), 'hex');
	if (buffer.length > context.limits.maxPayloadBytes)
		return context.log('realtime: UnableToBroadcastChanges: payload_size_exceeded');
	if (context.events.exceeded)
		return context.log('realtime: UnableToBroadcastChanges: too_many_requests');
	context.events.add();
	context.hub.publish(hubKey(topic, isPrivate === 't'), {
		kind: 'user-broadcast',
		event,
		encoding: bytes == null ? 'json' : 'binary',
		body: buffer,
		metadata: { id },
	});
}
