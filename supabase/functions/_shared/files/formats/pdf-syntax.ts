import { byteAt, find, startsWith } from '../bytes.ts';
import { TooComplex, type StepCounter } from '../steps.ts';

const [SPACE, DELIMITER] = [1, 2];
/** The class of each byte; 0 for bytes of words. ISO 32000-1, 7.2.2 */
const CLASSES = new Uint8Array(256);
for (const byte of [0, 9, 10, 12, 13, 32]) CLASSES[byte] = SPACE;
for (const delimiter of '()<>[]{}/%') CLASSES[delimiter.charCodeAt(0)] = DELIMITER;
const isRegular = (byte: number): boolean => CLASSES[byte] === 0;

/** Longer names are ignored. */
const LONGEST_NAME = 40;

/** The cost of making a name from its bytes, in addition to reading them. */
const NAME_STEPS = 24;

const hexDigit = (byte: number): number => {
	if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
	const letter = byte | 0x20;
	return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};

/** The name whose slash is at an offset, with decoded #xx escapes. ISO 32000-1, 7.3.5 */
export function readName(bytes: Uint8Array, slash: number, steps: StepCounter): string {
	let name = '';
	let at = slash + 1;
	for (; at < bytes.length && name.length < LONGEST_NAME; at++) {
		const byte = byteAt(bytes, at);
		if (!isRegular(byte)) break;
		const high = byte === 0x23 ? hexDigit(byteAt(bytes, at + 1)) : -1;
		const low = high < 0 ? -1 : hexDigit(byteAt(bytes, at + 2));
		if (low < 0) name += String.fromCharCode(byte);
		else {
			name += String.fromCharCode(16 * high + low);
			at += 2;
		}
	}
	steps.take(NAME_STEPS + 4 * (at - slash));
	return name;
}

/** The names of these that occur anywhere in [start, end), in an object, a text or picture data. */
export function namesAmong(
	bytes: Uint8Array,
	wanted: ReadonlySet<string>,
	steps: StepCounter,
	start = 0,
	end = bytes.length,
): Set<string> {
	const found = new Set<string>();
	steps.take(Math.max(0, end - start));
	for (let at = start; at < end; at++) {
		if (bytes[at] !== 0x2f) continue;
		const name = readName(bytes, at, steps);
		if (wanted.has(name)) found.add(name);
	}
	return found;
}

/** An object that has a stream: the wanted names in its dictionary, and the start of its data. */
export interface StreamObject {
	names: ReadonlySet<string>;
	data: number;
}

/** No valid file has more, and each takes memory. */
const MOST_OBJECTS = 100_000;
const OBJECT_STEPS = 64;
const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * Every object with a stream, also text that only looks like one. Each is read from its `obj`, with texts and comments
 * parsed, so that padding cannot hide the dictionary. Repeated reading is limited, too: throws `TooComplex`.
 */
export function streamObjects(
	bytes: Uint8Array,
	wanted: ReadonlySet<string>,
	steps: StepCounter,
): StreamObject[] {
	const found: StreamObject[] = [];
	let work = 0;
	const next = (from: number): number => find(bytes, 'obj', from, bytes.length, steps);
	for (let at = next(0); at !== -1; at = next(at + 3)) {
		if (startsWith(bytes, 'end', at - 3)) continue;
		const { object, end } = readObject(bytes, at + 3, wanted, steps);
		if (object !== null) {
			steps.take(OBJECT_STEPS);
			found.push(object);
		}
		work += end - at;
		if (work > 6 * bytes.length + 20_000) throw new TooComplex('objects within objects');
		if (found.length > MOST_OBJECTS) throw new TooComplex('too many objects');
	}
	return found;
}

function readObject(
	bytes: Uint8Array,
	start: number,
	wanted: ReadonlySet<string>,
	steps: StepCounter,
): { object: StreamObject | null; end: number } {
	let names = NO_NAMES;
	let at = start;
	while (at < bytes.length) {
		const from = at;
		const byte = byteAt(bytes, at);
		if (byte === 0x25) at = endOfLine(bytes, at);
		else if (byte === 0x28) at = endOfText(bytes, at);
		else if (byte === 0x2f) {
			const name = readName(bytes, at, steps);
			if (wanted.has(name) && !names.has(name)) names = new Set(names).add(name);
			at = endOfWord(bytes, at + 1);
		} else if (!isRegular(byte)) at += 1;
		else {
			if (startsWith(bytes, 'stream', at))
				return { object: { names, data: dataAfter(bytes, at + 6, steps) }, end: at };
			const end = endOfWord(bytes, at);
			if (startsWith(bytes, 'endobj', at) || startsWith(bytes, 'obj', end - 3))
				return { object: null, end };
			at = end;
		}
		steps.take(at - from + 4);
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

/** The offset after the bracket that closes a text: brackets nest, a backslash escapes the next byte. */
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

function dataAfter(bytes: Uint8Array, end: number, steps: StepCounter): number {
	let at = end;
	while (bytes[at] === 32) at += 1;
	steps.take(at - end + 8);
	if (bytes[at] === 13) at += 1;
	return bytes[at] === 10 ? at + 1 : at;
}
