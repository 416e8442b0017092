/** One inserted row: its columns as the database writes them, null where they are null. */
export interface InsertedRow {
	schema: string;
	table: string;
	columns: Record<string, string | null>;
}

interface Relation {
	schema: string;
	table: string;
	columns: string[];
}

/**
 * Reads the part of `pgoutput` messages (protocol version 1) that inserts need.
 * https://www.postgresql.org/docs/17/protocol-logicalrep-message-formats.html
 */
export class PgoutputReader {
	readonly #relations = new Map<number, Relation>();

	/** The row, if the message is an insert; relations are stored, all other messages are ignored. */
	read(message: Buffer): InsertedRow | undefined {
		const cursor = new Cursor(message);
		switch (cursor.char()) {
			case 'R':
				this.#relations.set(cursor.int32(), readRelation(cursor));
				return undefined;
			case 'I':
				return this.#readInsert(cursor);
			default:
				return undefined;
		}
	}

	#readInsert(cursor: Cursor): InsertedRow | undefined {
		const relation = this.#relations.get(cursor.int32());
		if (!relation) return undefined;
		cursor.char(); // Always N, "new tuple".
		const count = cursor.int16();
		const columns: Record<string, string | null> = {};
		for (const name of relation.columns.slice(0, count))
			columns[name] = cursor.char() === 't' ? cursor.text() : null;
		return { schema: relation.schema, table: relation.table, columns };
	}
}

function readRelation(cursor: Cursor): Relation {
	const schema = cursor.cstring();
	const table = cursor.cstring();
	cursor.char(); // Replica identity.
	const columns = Array.from({ length: cursor.int16() }, () => {
		cursor.char(); // Flags.
		const name = cursor.cstring();
		cursor.int32(); // Type.
		cursor.int32(); // Type modifier.
		return name;
	});
	return { schema, table, columns };
}

class Cursor {
	#offset = 0;
	readonly #data: Buffer;

	constructor(data: Buffer) {
		this.#data = data;
	}

	char(): string {
		return String.fromCharCode(this.#data.readUInt8(this.#advance(1)));
	}

	int16(): number {
		return this.#data.readUInt16BE(this.#advance(2));
	}

	int32(): number {
		return this.#data.readUInt32BE(this.#advance(4));
	}

	cstring(): string {
		const end = this.#data.indexOf(0, this.#offset);
		const start = this.#advance(end - this.#offset + 1);
		return this.#data.toString('utf8', start, end);
	}

	text(): string {
		const length = this.int32();
		const start = this.#advance(length);
		return this.#data.toString('utf8', start, start + length);
	}

	#advance(bytes: number): number {
		const start = this.#offset;
		this.#offset += bytes;
		return start;
	}
}
