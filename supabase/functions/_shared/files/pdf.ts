import { find, findLast } from './bytes.ts';
import type { Refusal } from './file-types.ts';
import { isArchive } from './foreign-content.ts';
import { inflate, InflateError } from './inflate.ts';
import { namesAmong, streamObjects, type StreamObject } from './pdf-syntax.ts';

/** What does something by itself, or carries another file. Links (/URI) and where to open (/OpenAction) are harmless. */
const ACTIVE = new Set([
	...[
		'JavaScript',
		'Launch',
		'EmbeddedFile',
		'EmbeddedFiles',
		'RichMedia',
		'SubmitForm',
		'ImportData',
	],
	...['GoToE', 'Rendition', 'XFA'],
]);
/**
 * The same, so short that they turn up in picture data by chance: looked for outside of streams. And /Encrypt, since nobody can
 * look into what is encrypted.
 */
const SHORT = new Set(['JS', 'AA', 'Movie', 'Sound', 'Encrypt']);
/** Filters that object streams never have in practice, and that would hide names. */
const RARE_FILTERS = ['ASCIIHexDecode', 'ASCII85Decode', 'LZWDecode', 'RunLengthDecode', 'Crypt'];
const OBJECT_STREAMS = ['ObjStm', 'XRef', 'XRefStm'];
/** All object streams of a file together, inflated. */
const MAX_INFLATED = 32 * 1024 * 1024;
/** How far from the end %%EOF may stand, as readers look for it. */
const TAIL = 1024;

/** Why a PDF is refused, or null. It is cut off, does something by itself, or hides whether it does. */
export function refusePdf(bytes: Uint8Array): Refusal | null {
	if (!/^%PDF-[12]\.\d/.test(String.fromCharCode(...bytes.subarray(0, 8))))
		return 'support_file_damaged';
	const tail = Math.max(0, bytes.length - TAIL);
	if (findLast(bytes, '%%EOF', tail) === -1) return 'support_file_damaged';
	if (namesAmong(bytes, ACTIVE).size > 0 || isArchive(bytes)) return 'support_file_active';
	const hiding = namesAmong(bytes, new Set([...RARE_FILTERS, ...OBJECT_STREAMS]));
	const isRare = RARE_FILTERS.some((name) => hiding.has(name));
	if (isRare && OBJECT_STREAMS.some((name) => hiding.has(name))) return 'support_file_active';
	const objects = streamObjects(bytes);
	const refused = objects === null || hasShortNames(bytes, objects) || hidesActive(bytes, objects);
	return refused ? 'support_file_active' : null;
}

function hasShortNames(bytes: Uint8Array, objects: StreamObject[]): boolean {
	let start = 0;
	for (const { data } of objects) {
		if (data < start) continue;
		if (namesAmong(bytes, SHORT, start, data).size > 0) return true;
		const end = find(bytes, 'endstream', data);
		start = end === -1 ? bytes.length : end;
	}
	return namesAmong(bytes, SHORT, start).size > 0;
}

/** Looks into the object streams, in which PDFs since 1.5 keep their objects compressed. */
function hidesActive(bytes: Uint8Array, objects: StreamObject[]): boolean {
	let left = MAX_INFLATED;
	for (const { names, data } of objects) {
		if (!names.has('ObjStm') && !(names.has('First') && names.has('N'))) continue;
		if (!names.has('Filter') && !names.has('F')) continue; // in clear, so it was looked at with the rest
		if (!names.has('FlateDecode') || names.has('Predictor')) return true;
		try {
			const content = inflate(bytes, data, left);
			left -= content.length;
			if (namesAmong(content, ACTIVE).size > 0 || namesAmong(content, SHORT).size > 0) return true;
		} catch (error) {
			if (error instanceof InflateError) return true;
			throw error;
		}
	}
	return false;
}
