import { byteAt, find, findLast, littleEndian, startsWith } from './bytes.ts';
import { hasSignature, signatureTable, type Signature } from './signatures.ts';
import type { StepCounter } from './steps.ts';

const markup = (text: string, isForNotes: boolean): Signature => ({
	text,
	isAnyCase: true,
	isForNotes,
});
/** Markup that must not be in the metadata of an image. XMP, which is harmless XML, is not in the list. */
const IN_NOTES = ['<html', '<body', '<iframe', '<svg ', '<svg>', '<!doctype', '<?php'];
/** In picture data, where every short word occurs by chance, only these are searched. */
const ANYWHERE = ['<script', '<!doctype html', '<iframe '];
/** Archives and programs that their readers find anywhere in a file. */
const ARCHIVES = ['Rar!\x1a\x07', '7z\xbc\xaf\x27\x1c', '__HALT_COMPILER();'].map((text) => ({
	text,
	isAnyCase: false,
	isForNotes: false,
}));
const FOR_ARCHIVES = signatureTable(ARCHIVES);
const FOR_IMAGES = signatureTable([
	...ARCHIVES,
	...IN_NOTES.map((text) => markup(text, true)),
	...ANYWHERE.map((text) => markup(text, false)),
]);

/** Is an image at the same time a page, a script, an archive or a PDF? */
export function isSomethingElse(
	bytes: Uint8Array,
	notes: [number, number][],
	steps: StepCounter,
): boolean {
	return (
		find(bytes, '%PDF-', 0, 1024) !== -1 ||
		isScript(bytes) ||
		endsAsZip(bytes, steps) ||
		hasSignature(bytes, FOR_IMAGES, notes, steps)
	);
}

/** Would a program for archives open it as one? */
export function isArchive(bytes: Uint8Array, steps: StepCounter): boolean {
	return endsAsZip(bytes, steps) || hasSignature(bytes, FOR_ARCHIVES, [], steps);
}

/** A GIF or JPEG can begin with bytes that are also JavaScript, which continues after a comment. */
function isScript(bytes: Uint8Array): boolean {
	if (startsWith(bytes, 'GIF8'))
		return /^(\s*=[ -~]|\/[*/])/.test(String.fromCharCode(...bytes.subarray(6, 10)));
	return startsWith(bytes, '\xff\xd8\xff') && startsWith(bytes, '/*', 4);
}

/**
 * A ZIP is read from its end: a record of 22 bytes and a comment of at most 64 kB, which points to the list of files.
 */
function endsAsZip(bytes: Uint8Array, steps: StepCounter): boolean {
	const last = bytes.length - 22;
	const first = Math.max(0, last - 0xffff);
	steps.take(Math.max(0, last - first));
	for (let at = last; at >= first; at--) {
		if (bytes[at] !== 0x50 || !startsWith(bytes, 'PK\x05\x06', at)) continue;
		const list = at - littleEndian(bytes, at + 12, 4);
		if (startsWith(bytes, 'PK\x01\x02', list) || byteAt(bytes, at + 10) === 0) return true;
	}
	return findLast(bytes, 'PK\x06\x06', first, steps) !== -1;
}
