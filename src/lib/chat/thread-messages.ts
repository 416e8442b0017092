import type { ServerClock } from './clock';
import type { ChatErrorCode } from './errors';
import type { UnsentMessage } from './outbox';
import type { ChatRole, MessageStatus, SupportMessage } from './types';

/** A message as a log shows it: a stored row, or one of one's own that is still on its way. Keyed by `id` for ever. */
export interface ThreadMessage {
	id: string;
	/** Null until stored. */
	seq: number | null;
	content: string;
	sender_type: SupportMessage['sender_type'];
	sender_id: string | null;
	sender_name: string | null;
	created_at: string;
	read_at: string | null;
	/** Written by this side (all of staff is one side). */
	own: boolean;
	/** The other side has seen it (own messages only). */
	seen: boolean;
	status: MessageStatus;
	/** Why it waits or failed. */
	error: ChatErrorCode | null;
}

/** Whose messages are "own" for a role. */
export const ownSender = (role: ChatRole): SupportMessage['sender_type'] =>
	role === 'user' ? 'user' : 'admin';

/** Makes the messages of a log; what did not change stays the same object, so that nothing is drawn again. */
export class MessageProjection {
	#before = new Map<SupportMessage, ThreadMessage>();

	constructor(
		private readonly role: ChatRole,
		private readonly clock: Pick<ServerClock, 'now'>,
		private readonly localNow: () => number,
	) {}

	/** `viewedAt`: when staff last looked at the chat, ISO 8601. */
	stored(rows: readonly SupportMessage[], viewedAt: string | null): ThreadMessage[] {
		const viewed = viewedAt === null ? -Infinity : Date.parse(viewedAt);
		const now = new Map<SupportMessage, ThreadMessage>();
		const messages = rows.map((row) => {
			const own = row.sender_type === ownSender(this.role);
			const seenBy =
				this.role === 'user' ? Date.parse(row.created_at) <= viewed : row.read_at !== null;
			const seen = own && seenBy;
			const before = this.#before.get(row);
			const message =
				before?.seen === seen ? before : ({ ...row, own, seen, ...STORED } satisfies ThreadMessage);
			now.set(row, message);
			return message;
		});
		this.#before = now;
		return messages;
	}

	unsent(
		message: UnsentMessage,
		{ status, error }: Pick<ThreadMessage, 'status' | 'error'>,
	): ThreadMessage {
		const written = message.writtenAt - this.localNow() + this.clock.now();
		return {
			id: message.id,
			seq: null,
			content: message.content,
			sender_type: ownSender(this.role),
			sender_id: null,
			sender_name: null,
			created_at: new Date(written).toISOString(),
			read_at: null,
			own: true,
			seen: false,
			status,
			error,
		};
	}
}

const STORED = { status: 'sent', error: null } as const;
