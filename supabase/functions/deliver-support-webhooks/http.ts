import { Unreachable, type Connection } from './network.ts';

/** The recorded part of a receiver's response. */
export interface Answer {
	status: number;
	/** By name in lower case; of several with one name, the last. */
	headers: Map<string, string>;
}

const MOST_HEAD_BYTES = 16_384;
/** Only the status of the response matters; longer bodies are not read. */
const MOST_BODY_BYTES = 65_536;
const END_OF_CHUNKS = '\r\n0\r\n\r\n';

/** Posts a body over an open connection with HTTP/1.1, and reads the response to its end. @throws Unreachable */
export async function post(
	connection: Connection,
	target: URL,
	headers: Record<string, string>,
	body: string,
): Promise<Answer> {
	const bytes = new TextEncoder().encode(body);
	const lines = Object.entries({
		host: target.host,
		...headers,
		'content-length': String(bytes.length),
		connection: 'close',
	}).map(([name, value]) => `${name}: ${value}\r\n`);
	const head = `POST ${target.pathname}${target.search} HTTP/1.1\r\n${lines.join('')}\r\n`;
	await writeAll(connection, new TextEncoder().encode(head));
	await writeAll(connection, bytes);
	return readAnswer(new Reader(connection));
}

async function writeAll(connection: Connection, bytes: Uint8Array): Promise<void> {
	for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

/** Collects the received bytes, as text of single bytes. */
class Reader {
	text = '';
	readonly #chunk = new Uint8Array(16_384);

	constructor(readonly connection: Connection) {}

	/** Reads once more; false at the end. */
	async more(): Promise<boolean> {
		const count = await this.connection.read(this.#chunk);
		if (count === null) return false;
		for (const byte of this.#chunk.subarray(0, count)) this.text += String.fromCharCode(byte);
		return true;
	}
}

async function readAnswer(reader: Reader): Promise<Answer> {
	for (;;) {
		const answer = await readHead(reader);
		// 100 Continue and similar responses come before the final response.
		if (answer.status < 200) continue;
		if (answer.status !== 204 && answer.status !== 304) await readBody(reader, answer);
		return answer;
	}
}

async function readHead(reader: Reader): Promise<Answer> {
	for (;;) {
		const end = reader.text.indexOf('\r\n\r\n');
		if (end >= 0) {
			const [first = '', ...lines] = reader.text.slice(0, end).split('\r\n');
			reader.text = reader.text.slice(end + 4);
			return { status: readStatus(first), headers: readHeaders(lines) };
		}
		if (reader.text.length >= 5 && !reader.text.startsWith('HTTP/')) throw noHttp();
		if (reader.text.length > MOST_HEAD_BYTES)
			throw new Unreachable('The head of the response is longer than 16 kB.');
		if (!(await reader.more())) {
			if (reader.text !== '') throw cutOff();
			throw new Unreachable('The receiver closed the connection without an answer.');
		}
	}
}

function readStatus(line: string): number {
	const status = /^HTTP\/1\.[01] ([1-5]\d\d)( |$)/.exec(line)?.[1];
	if (status === undefined) throw noHttp();
	return Number(status);
}

function readHeaders(lines: string[]): Map<string, string> {
	const headers = new Map<string, string>();
	for (const line of lines) {
		const colon = line.indexOf(':');
		if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
	}
	return headers;
}

/** Reads until the body has ended or is too long. Only its length and its last characters are kept. */
async function readBody(reader: Reader, { headers }: Answer): Promise<void> {
	const isChunked = /\bchunked$/i.test(headers.get('transfer-encoding') ?? '');
	const announced = isChunked ? Number.NaN : Number(headers.get('content-length') ?? Number.NaN);
	let [length, tail] = [0, ''];
	const take = (): void => {
		length += reader.text.length;
		tail = (tail + reader.text).slice(-END_OF_CHUNKS.length);
		reader.text = '';
	};
	const hasEnded = (): boolean =>
		isChunked
			? tail === END_OF_CHUNKS || (length === 5 && END_OF_CHUNKS.endsWith(tail))
			: length >= announced;
	for (take(); !hasEnded() && length < MOST_BODY_BYTES; take()) {
		if (await reader.more()) continue;
		if (isChunked || !Number.isNaN(announced)) throw cutOff();
		return;
	}
}

const noHttp = (): Unreachable => new Unreachable('The receiver does not answer in HTTP.');
const cutOff = (): Unreachable =>
	new Unreachable('The receiver closed the connection in the middle of its answer.');
