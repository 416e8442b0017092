import type { Refusal } from '../file-types.ts';
import { bytes, little16, little32 } from './valid-files.ts';

/** A file that must be refused. */
export interface HostileFile {
	what: string;
	bytes: Uint8Array;
	type: string;
	/** Its extension, if it is not that of the type. */
	ending?: string;
	refusal: Refusal;
}

/** A page with a script. */
export const HTML = '<!doctype html><script>alert(document.domain)</script>';

/** A minimal ZIP with one file. */
export function zip(comment = 0): Uint8Array {
	const name = 'a.txt';
	const local = bytes(
		'PK\x03\x04',
		new Array<number>(22).fill(0),
		little16(name.length),
		[0, 0],
		name,
	);
	const central = bytes(
		'PK\x01\x02',
		new Array<number>(24).fill(0),
		little16(name.length),
		new Array<number>(16).fill(0),
		name,
	);
	const end = bytes(
		'PK\x05\x06',
		[0, 0, 0, 0, 1, 0, 1, 0],
		little32(central.length),
		little32(local.length),
		little16(comment),
	);
	return bytes(local, central, end);
}

/** Makes hostile files of one kind. */
export const of =
	(refusal: Refusal, type: string) =>
	(what: string, content: string | Uint8Array, ending?: string): HostileFile => ({
		what,
		bytes: typeof content === 'string' ? bytes(content) : content,
		type,
		refusal,
		...(ending === undefined ? {} : { ending }),
	});
