import { find, findLast } from '../bytes.ts';
import type { Refusal } from '../file-types.ts';
import { isArchive } from '../foreign-content.ts';
import { inflate, InflateError } from './inflate.ts';
import { namesAmong, streamObjects, type StreamObject } from './pdf-syntax.ts';
import type { StepCounter } from '../steps.ts';

/** Names of active content and embedded files. Links (/URI) and the initial view (/OpenAction) are harmless. */
const ACTIVE = [
	...['JavaScript', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'RichMedia', 'SubmitForm'],
	...['ImportData', 'GoToE', 'Rendition', 'XFA'],
];
/**
 * More such names, but so short that they occur in picture data by chance, so they are searched outside of streams
 * only. /Encrypt is among them because encrypted content cannot be checked.
 */
const SHORT: ReadonlySet<string> = new Set(['JS', 'AA', 'Movie', 'Sound', 'Encrypt']);
/** Filters that object streams never have in practice, and that would hide names. */
const RARE_FILTERS = ['ASCIIHexDecode', 'ASCII85Decode', 'LZWDecode', 'RunLengthDecode', 'Crypt'];
const OBJECT_STREAMS = ['ObjStm', 'XRef', 'XRefStm'];
const FIRST_LOOK: ReadonlySet<string> = new Set([...ACTIVE, ...RARE_FILTERS, ...OBJECT_STREAMS]);
const IN_OBJECT_STREAMS: ReadonlySet<string> = new Set([...ACTIVE, ...SHORT]);
/** The keys that are read from a stream's dictionary. */
const OF_STREAMS: ReadonlySet<string> = new Set([
	...['ObjStm', 'First', 'N', 'Filter', 'F', 'FlateDecode', 'Predictor'],
]);
/** The size of all inflated object streams of a file together. */
const MAX_INFLATED = 32 * 1024 * 1024;
/** The largest distance of %%EOF from the end that readers accept. */
const TAIL = 1024;

/**
 * The reason why a PDF is refused, or null. A PDF is refused if it is cut off, does something by itself, or hides
 * whether it does. Throws `TooComplex`.
 */
export function refusePdf(bytes: Uint8Array, steps: StepCounter): Refusal | null {
	if (!/^%PDF-[12]\.\d/.test(String.fromCharCode(...bytes.subarray(0, 8))))
		return 'support_file_damaged';
	const tail = Math.max(0, bytes.length - TAIL);
	if (findLast(bytes, '%%EOF', tail, steps) === -1) return 'support_file_damaged';
	const names = namesAmong(bytes, FIRST_LOOK, steps);
	const has = (name: string): boolean => names.has(name);
	const isHiding = RARE_FILTERS.some(has) && OBJECT_STREAMS.some(has);
	if (ACTIVE.some(has) || isHiding || isArchive(bytes, steps)) return 'support_file_active';
	const objects = streamObjects(bytes, OF_STREAMS, steps);
	const refused = hasShortNames(bytes, objects, steps) || hidesActive(bytes, objects, steps);
	return refused ? 'support_file_active' : null;
}

/** A stream without an end is read like the rest. */
function hasShortNames(bytes: Uint8Array, objects: StreamObject[], steps: StepCounter): boolean {
	let start = 0;
	for (const { data } of objects) {
		if (data < start) continue;
		const end = find(bytes, 'endstream', data, bytes.length, steps);
		if (end === -1) break;
		if (namesAmong(bytes, SHORT, steps, start, data).size > 0) return true;
		start = end;
	}
	return namesAmong(bytes, SHORT, steps, start).size > 0;
}

/** Checks the object streams, in which PDFs since 1.5 store their objects compressed. */
function hidesActive(bytes: Uint8Array, objects: StreamObject[], steps: StepCounter): boolean {
	let left = MAX_INFLATED;
	let last = { data: -1, end: 0 };
	for (const { names, data } of objects) {
		if (!names.has('ObjStm') && !(names.has('First') && names.has('N'))) continue;
		if (!names.has('Filter') && !names.has('F')) continue; // not compressed, so it was checked with the rest
		if (!names.has('FlateDecode') || names.has('Predictor')) return true;
		if (data === last.data) continue;
		// Streams inside streams would each be read to the same end.
		if (data < last.end) return true;
		try {
			const { content, end } = inflate(bytes, data, left, steps);
			last = { data, end };
			left -= content.length;
			if (namesAmong(content, IN_OBJECT_STREAMS, steps).size > 0) return true;
		} catch (error) {
			if (error instanceof InflateError) return true;
			throw error;
		}
	}
	return false;
}
