import { type Sql } from 'postgres';
import { z } from 'zod';
import { type UserBroadcast } from '../wire/frames';
import { JoinError } from './join-error';
import { maxReplayed } from '../limits';

/** One stored message: its parsed payload, or its bytes. */
export interface StoredMessage {
	id: string;
	event: string | null;
	payload: unknown;
	binary_payload: Uint8Array | null;
}

const paramsSchema = z.object({
	/** Milliseconds since 1970. */
	since: z.int().min(-62_167_219_200_000).max(253_402_300_799_999),
	limit: z.int().nullish(),
});

/**
 * The newest stored messages of a private topic since that time, oldest first.
 * @throws {JoinError} if the parameters are invalid or the database does not respond
 */
export async function loadReplay(
	sql: Sql,
	topic: string,
	params: unknown,
): Promise<StoredMessage[]> {
	const parsed = paramsSchema.safeParse(params);
	if (!parsed.success) throw new JoinError('UnableToReplayMessages', 'Replay params are not valid');
	const { since, limit } = parsed.data;
	try {
		const rows = await sql<StoredMessage[]>`
			select id, event, payload, binary_payload
			from realtime.messages
			where topic = ${topic} and private and extension = 'broadcast'
				and inserted_at >= ${utcTimestamp(since)}::text::timestamp
				and inserted_at < (now() at time zone 'utc') + interval '1 minute'
			order by inserted_at desc
			limit ${Math.max(1, Math.min(limit ?? maxReplayed, maxReplayed))}`;
		return [...rows].reverse();
	} catch {
		throw new JoinError('UnableToReplayMessages', 'Realtime was unable to replay messages');
	}
}

/** Raw bytes of a stored message as a broadcast; undefined if its payload is JSON. */
export function replayedBytes(message: StoredMessage): UserBroadcast | undefined {
	if (!message.binary_payload) return undefined;
	return {
		kind: 'user-broadcast',
		event: message.event ?? '',
		encoding: 'binary',
		body: Buffer.from(message.binary_payload),
		metadata: { id: message.id, replayed: true },
	};
}

function utcTimestamp(milliseconds: number): string {
	return new Date(milliseconds).toISOString().replace('Z', '');
}
