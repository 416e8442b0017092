import { byteAt, find, startsWith } from './bytes.ts';

const isSpace = (byte: number): boolean =>
	byte === 0 || byte === 32 || (byte >= 9 && byte <= 13 && byte !== 11);
const isDelimiter = (byte: number): boolean => '()<>[]{}/%'.includes(String.fromCharCode(byte));
const isRegular = (byte: number): boolean => !isSpace(byte) && !isDelimiter(byte);

/** Longer names are of no interest. */
const LONGEST_NAME = 40;

/** The name whose slash stands at an offset, with its #xx escapes read. ISO 32000-1, 7.3.5 */
export function readName(bytes: Uint8Array, slash: number): string {
	let name = '';
	for (let at = slash + 1; at < bytes.length && name.length < LONGEST_NAME; at++) {
		const byte = byteAt(bytes, at);
		if (!isRegular(byte)) break;
		const escaped = byte === 0x23 ? String.fromCharCode(...bytes.subarray(at + 1, at + 3)) : '';
		if (/^[0-9a-f]{2}$/i.test(escaped)) {
			name += String.fromCharCode(Number.parseInt(escaped, 16));
			at += 2;
		} else name += String.fromCharCode(byte);
	}
	return name;
}

/** Which of these names stand anywhere in [start, end), be it in an object, a text or picture data. */
export function namesAmong(
	bytes: Uint8Array,
	wanted: Set<string>,
	start = 0,
	end = bytes.length,
): Set<string> {
	const found = new Set<string>();
	for (
		let at = bytes.indexOf(0x2f, start);
		at !== -1 && at < end;
		at = bytes.indexOf(0x2f, at + 1)
	) {
		const name = readName(bytes, at);
		if (wanted.has(name)) found.add(name);
	}
	return found;
}

/** An object that has a stream: the names in its dictionary, and where its data begins. */
export interface StreamObject {
	names: Set<string>;
	data: number;
}

/**
 * Every object with a stream, also those that only look like one. Each is read from its `obj`, with texts and comments
 * understood, so that no padding in between hides what the dictionary says. Null when that is too much work.
 */
export function streamObjects(bytes: Uint8Array): StreamObject[] | null {
	const found: StreamObject[] = [];
	let work = 0;
	for (let at = find(bytes, 'obj'); at !== -1; at = find(bytes, 'obj', at + 3)) {
		if (startsWith(bytes, 'end', at - 3)) continue;
		const { object, end } = readObject(bytes, at + 3);
		if (object !== null) found.push(object);
		work += end - at;
		if (work > 4 * bytes.length + 1_000_000) return null;
	}
	return found;
}

function readObject(
	bytes: Uint8Array,
	start: number,
): { object: StreamObject | null; end: number } {
	const names = new Set<string>();
	let at = start;
	while (at < bytes.length) {
		const byte = byteAt(bytes, at);
		if (byte === 0x25) at = endOfLine(bytes, at);
		else if (byte === 0x28) at = endOfText(bytes, at);
		else if (byte === 0x2f) {
			names.add(readName(bytes, at));
			at = endOfWord(bytes, at + 1);
		} else if (!isRegular(byte)) at += 1;
		else {
			if (startsWith(bytes, 'stream', at))
				return { object: { names, data: dataAfter(bytes, at + 6) }, end: at };
			const end = endOfWord(bytes, at);
			if (startsWith(bytes, 'endobj', at) || startsWith(bytes, 'obj', end - 3))
				return { object: null, end };
			at = end;
		}
	}
	return { object: null, end: at };
}

function endOfWord(bytes: Uint8Array, start: number): number {
	let at = start;
	while (at < bytes.length && isRegular(byteAt(bytes, at))) at += 1;
	return at;
}

function endOfLine(bytes: Uint8Array, start: number): number {
	let at = start;
	while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at += 1;
	return at;
}

/** Behind the bracket that closes a text: brackets nest, a backslash takes the next byte. */
function endOfText(bytes: Uint8Array, start: number): number {
	let depth = 0;
	for (let at = start; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === 0x5c) at += 1;
		else if (byte === 0x28) depth += 1;
		else if (byte === 0x29 && --depth === 0) return at + 1;
	}
	return bytes.length;
}

function dataAfter(bytes: Uint8Array, end: number): number {
	let at = end;
	while (bytes[at] === 32) at += 1;
	if (bytes[at] === 13) at += 1;
	return bytes[at] === 10 ? at + 1 : at;
}
