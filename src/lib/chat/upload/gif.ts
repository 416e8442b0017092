import { FileProblem } from './problem';

const EXTENSION = 0x21;
const APPLICATION = 0xff;
const GRAPHIC_CONTROL = 0xf9;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
/** The application extensions with the number of repetitions. */
const LOOPS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0']);

/** The bytes of a colour table, if the flags say that there is one. */
const tableSize = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/**
 * A GIF with its animation and nothing that is not shown: without comments, texts, application data, and bytes after its end.
 * Throws `support_file_damaged` if it is truncated.
 *
 * See https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export function stripGif(bytes: Uint8Array<ArrayBuffer>): Blob {
	const kept: Uint8Array<ArrayBuffer>[] = [];
	const byte = (at: number): number => {
		const value = bytes[at];
		if (value === undefined) throw new FileProblem('support_file_damaged');
		return value;
	};
	/** Where the chain of blocks that begins here ends. */
	const afterBlocks = (at: number): number => {
		while (byte(at) !== 0) at += byte(at) + 1;
		return at + 1;
	};
	let at = 13 + tableSize(byte(10));
	byte(at);
	kept.push(bytes.subarray(0, at));
	for (let kind = byte(at); kind !== TRAILER; kind = byte(at)) {
		const from = at;
		if (kind === IMAGE) at = afterBlocks(at + 10 + tableSize(byte(at + 9)) + 1);
		else if (kind === EXTENSION) at = afterBlocks(at + 2);
		else throw new FileProblem('support_file_damaged');
		const isShown = kind === IMAGE || byte(from + 1) === GRAPHIC_CONTROL || isLoop(bytes, from);
		if (isShown) kept.push(bytes.subarray(from, at));
	}
	return new Blob([...kept, Uint8Array.of(TRAILER)], { type: 'image/gif' });
}

function isLoop(bytes: Uint8Array, at: number): boolean {
	if (bytes[at + 1] !== APPLICATION) return false;
	return LOOPS.has(String.fromCharCode(...bytes.subarray(at + 3, at + 14)));
}
