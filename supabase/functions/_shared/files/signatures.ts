import { byteAt, startsWith, startsWithWord } from './bytes.ts';
import type { StepCounter } from './steps.ts';

/** Bytes that identify foreign content, at least two. */
export interface Signature {
	/** Code points below 256; in lower case if the search ignores case. */
	text: string;
	isAnyCase: boolean;
	/** Search only in the metadata of an image, because every short word occurs in picture data by chance. */
	isForNotes: boolean;
}

interface Group {
	/** 1 for each byte that can be the second one. */
	second: Uint8Array;
	signatures: Signature[];
}

/** Signatures by their first byte, so that one pass over a file searches for all of them. */
export type SignatureTable = (Group | undefined)[];

/** Makes the table. A signature that ignores case must not begin with a letter. */
export function signatureTable(signatures: Signature[]): SignatureTable {
	const table: SignatureTable = new Array(256).fill(undefined);
	for (const signature of signatures) {
		const [first, second] = [signature.text.charCodeAt(0), signature.text.charCodeAt(1)];
		const group = (table[first] ??= { second: new Uint8Array(256), signatures: [] });
		group.second[second] = 1;
		if (signature.isAnyCase && second >= 0x61 && second <= 0x7a) group.second[second - 32] = 1;
		group.signatures.push(signature);
	}
	return table;
}

/**
 * Does a signature occur anywhere, or, if it is for metadata, in one of these parts [start, end), which are in order?
 */
export function hasSignature(
	bytes: Uint8Array,
	table: SignatureTable,
	notes: [number, number][],
	steps: StepCounter,
): boolean {
	let note = 0;
	steps.take(bytes.length);
	for (let at = 0; at < bytes.length; at++) {
		const group = table[byteAt(bytes, at)];
		if (group === undefined || group.second[byteAt(bytes, at + 1)] !== 1) continue;
		while (note < notes.length && (notes[note]?.[1] ?? 0) <= at) note += 1;
		const [start, end] = notes[note] ?? [0, 0];
		steps.take(16 + 8 * group.signatures.length);
		for (const { text, isAnyCase, isForNotes } of group.signatures) {
			if (isForNotes && (at < start || at + text.length > end)) continue;
			if (isAnyCase ? startsWithWord(bytes, text, at) : startsWith(bytes, text, at)) return true;
		}
	}
	return false;
}
