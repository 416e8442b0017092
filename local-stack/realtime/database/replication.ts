import { randomBytes } from 'node:crypto';
import { type Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { type InsertedRow, PgoutputReader } from './pgoutput';

const publication = 'supabase_realtime_messages_publication';
const retryMs = 500;
const goodbyeMs = 500;

export interface ReplicationOptions {
	databaseUrl: string;
	onInsert(row: InsertedRow): void;
	log(line: string): void;
}

/**
 * Streams the rows that are inserted into realtime.messages, in commit order. The slot is temporary, as the real
 * server's: rows that are committed while the connection is lost are never delivered.
 *
 * `postgres`'s own `subscribe` does the same, but cannot be used here: an unhandled rejection ends the process if the
 * database is not back at its first attempt to reconnect.
 */
export class Replication {
	#ready = false;
	#stopped = false;
	#retry: NodeJS.Timeout | undefined;
	#connection: postgres.Sql | undefined;
	#stream: Writable | undefined;
	readonly #options: ReplicationOptions;

	constructor(options: ReplicationOptions) {
		this.#options = options;
	}

	/** True while inserts are being streamed. */
	get ready(): boolean {
		return this.#ready;
	}

	/** Connects for the first time. @throws if that fails; later losses are repaired in the background */
	async start(): Promise<void> {
		await this.#connect();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#ready = false;
		clearTimeout(this.#retry);
		if (this.#stream) await endStream(this.#stream);
		await this.#connection?.end({ timeout: 0 });
	}

	async #connect(): Promise<void> {
		const connection = openWalsender(this.#options.databaseUrl);
		this.#connection = connection;
		try {
			const slot = `supabase_realtime_messages_replication_slot_${randomBytes(4).toString('hex')}`;
			await connection.unsafe(
				`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`,
			);
			const stream = await connection
				.unsafe(
					`START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names '${publication}')`,
				)
				.writable();
			this.#follow(connection, stream);
			this.#ready = true;
		} catch (error) {
			await connection.end({ timeout: 0 });
			throw error;
		}
	}

	#follow(connection: postgres.Sql, stream: Writable): void {
		const reader = new PgoutputReader();
		this.#stream = stream;
		let lost = false;
		const lose = (reason: string): void => {
			if (lost) return;
			lost = true;
			this.#ready = false;
			this.#stream = undefined;
			void connection.end({ timeout: 0 });
			if (this.#stopped) return;
			this.#options.log(`realtime: the stream of messages ended (${reason}), reconnecting`);
			this.#reconnectLater();
		};
		stream.on('data', (data: unknown) => {
			if (!Buffer.isBuffer(data)) return;
			const row = readCopyData(data, reader, stream);
			if (row) this.#options.onInsert(row);
		});
		stream.on('error', (error) => lose(error.message));
		stream.on('end', () => lose('the server ended it'));
		stream.on('close', () => lose('closed'));
	}

	#reconnectLater(): void {
		this.#retry = setTimeout(() => {
			this.#connect().then(
				() => this.#options.log('realtime: the stream of messages is back'),
				() => {
					if (!this.#stopped) this.#reconnectLater();
				},
			);
		}, retryMs);
	}
}

function openWalsender(databaseUrl: string): postgres.Sql {
	return postgres(databaseUrl, {
		max: 1,
		fetch_types: false,
		idle_timeout: 0,
		max_lifetime: null,
		connect_timeout: 5,
		onnotice: () => undefined,
		connection: { application_name: 'realtime_replication', replication: 'database' },
	});
}

/** Ends the stream as the protocol requires; does not wait long for a server that does not respond. */
async function endStream(stream: Writable): Promise<void> {
	stream.end();
	const closed = new AbortController();
	stream.once('close', () => closed.abort());
	await delay(goodbyeMs, undefined, { signal: closed.signal }).catch(() => undefined);
}

/** Replies to keepalives that request it, and reads the row of a WAL message that has one. */
function readCopyData(
	data: Buffer,
	reader: PgoutputReader,
	stream: Writable,
): InsertedRow | undefined {
	const kind = String.fromCharCode(data.readUInt8(0));
	if (kind === 'w') return reader.read(data.subarray(25));
	if (kind === 'k' && data.readUInt8(17) === 1) stream.write(standbyStatus(data.subarray(1, 9)));
	return undefined;
}

/** Confirms everything up to `lsn`; otherwise the server keeps the log, and does not stop. */
function standbyStatus(lsn: Buffer): Buffer {
	const microsecondsSince2000 = BigInt(Date.now() - Date.UTC(2000, 0, 1)) * 1000n;
	const status = Buffer.alloc(34, 0);
	status.write('r', 0);
	for (const offset of [1, 9, 17]) lsn.copy(status, offset);
	status.writeBigInt64BE(microsecondsSince2000, 25);
	return status;
}
