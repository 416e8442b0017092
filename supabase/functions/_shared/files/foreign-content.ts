import { byteAt, find, findLast, littleEndian, startsWith, startsWithWord } from './bytes.ts';

/** Markup that has no business in the notes of an image. XMP, which is XML and harmless, is not among it. */
const MARKUP = ['<script', '<html', '<body', '<iframe', '<svg ', '<svg>', '<!doctype', '<?php'];
/** In picture data, where every short word turns up by chance, only these. */
const LONG_MARKUP = ['<script', '<!doctype html', '<iframe '];
/** Archives and programs that their readers find anywhere in a file. */
const SIGNATURES = ['Rar!\x1a\x07', '7z\xbc\xaf\x27\x1c', '__HALT_COMPILER();'];

/** Is an image at the same time something else: a page, a script, an archive, a PDF? */
export function isSomethingElse(bytes: Uint8Array, notes: [number, number][]): boolean {
	return (
		notes.some(([start, end]) => hasMarkup(bytes, MARKUP, start, end)) ||
		hasMarkup(bytes, LONG_MARKUP, 0, bytes.length) ||
		find(bytes, '%PDF-', 0, 1024) !== -1 ||
		isScript(bytes) ||
		isArchive(bytes)
	);
}

/** Would a reader of archives take it for one? */
export function isArchive(bytes: Uint8Array): boolean {
	return endsAsZip(bytes) || SIGNATURES.some((signature) => find(bytes, signature) !== -1);
}

function hasMarkup(bytes: Uint8Array, words: string[], start: number, end: number): boolean {
	for (let at = bytes.indexOf(0x3c, start); at !== -1 && at < end; at = bytes.indexOf(0x3c, at + 1))
		if (words.some((word) => at + word.length <= end && startsWithWord(bytes, word, at)))
			return true;
	return false;
}

/** The first bytes of a GIF and a JPEG can be read as JavaScript that goes on behind a comment. */
function isScript(bytes: Uint8Array): boolean {
	if (startsWith(bytes, 'GIF8'))
		return /^(\s*=[ -~]|\/[*/])/.test(String.fromCharCode(...bytes.subarray(6, 10)));
	return startsWith(bytes, '\xff\xd8\xff') && startsWith(bytes, '/*', 4);
}

/** A ZIP is read from its end: a record of 22 bytes and a comment, which leads to the list of files. */
function endsAsZip(bytes: Uint8Array): boolean {
	const last = bytes.length - 22;
	for (let at = last; at >= 0 && at >= last - 0xffff; at--) {
		at = bytes.lastIndexOf(0x50, at);
		if (at === -1 || at < last - 0xffff) return false;
		if (!startsWith(bytes, 'PK\x05\x06', at)) continue;
		const list = at - littleEndian(bytes, at + 12, 4);
		if (startsWith(bytes, 'PK\x01\x02', list) || byteAt(bytes, at + 10) === 0) return true;
	}
	return findLast(bytes, 'PK\x06\x06', Math.max(0, last - 0xffff)) !== -1;
}
