/** The byte at an offset; 0 beyond the end, so callers check lengths first. */
export function byteAt(bytes: Uint8Array, offset: number): number {
	return bytes[offset] ?? 0;
}

/** A number of 2, 3 or 4 bytes, most significant first. */
export function bigEndian(bytes: Uint8Array, offset: number, length: 2 | 3 | 4): number {
	let value = 0;
	for (let i = 0; i < length; i++) value = value * 256 + byteAt(bytes, offset + i);
	return value;
}

/** A number of 2, 3 or 4 bytes, least significant first. */
export function littleEndian(bytes: Uint8Array, offset: number, length: 2 | 3 | 4): number {
	let value = 0;
	for (let i = length - 1; i >= 0; i--) value = value * 256 + byteAt(bytes, offset + i);
	return value;
}

/** Do these characters (code points below 256) stand at an offset? */
export function startsWith(bytes: Uint8Array, text: string, offset = 0): boolean {
	if (offset < 0 || offset + text.length > bytes.length) return false;
	for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
	return true;
}

/** The same, letters of either case; the text is in lower case. */
export function startsWithWord(bytes: Uint8Array, text: string, offset: number): boolean {
	if (offset + text.length > bytes.length) return false;
	for (let i = 0; i < text.length; i++) {
		const byte = byteAt(bytes, offset + i);
		const lower = byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
		if (lower !== text.charCodeAt(i)) return false;
	}
	return true;
}

/** Where a text is found in [start, end), or -1. */
export function find(bytes: Uint8Array, text: string, start = 0, end = bytes.length): number {
	const first = text.charCodeAt(0);
	for (
		let at = bytes.indexOf(first, Math.max(start, 0));
		at !== -1 && at + text.length <= end;
		at = bytes.indexOf(first, at + 1)
	)
		if (startsWith(bytes, text, at)) return at;
	return -1;
}

/** Where a text is found last, not before `start`, or -1. */
export function findLast(bytes: Uint8Array, text: string, start = 0): number {
	const first = text.charCodeAt(0);
	for (
		let at = bytes.lastIndexOf(first, bytes.length - text.length);
		at !== -1 && at >= start;
		at = at === 0 ? -1 : bytes.lastIndexOf(first, at - 1)
	)
		if (startsWith(bytes, text, at)) return at;
	return -1;
}
