import { byteAt, startsWith, startsWithWord } from './bytes.ts';
import type { StepCounter } from './steps.ts';

/** Bytes by which something foreign is known, at least two. */
export interface Signature {
	/** Code points below 256; in lower case if letters of either case are meant. */
	text: string;
	isAnyCase: boolean;
	/** Only within the notes of an image; in picture data every short word turns up by chance. */
	isForNotes: boolean;
}

interface Group {
	/** 1 for each byte that can stand second. */
	second: Uint8Array;
	signatures: Signature[];
}

/** Signatures by their first byte, so that a file is looked through once for all of them. */
export type SignatureTable = (Group | undefined)[];

/** Makes the table. No signature begins with a letter that has two cases if its case does not matter. */
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

/** Does one of them stand anywhere, or, where it is for notes, in one of these parts [start, end), which are in order? */
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
