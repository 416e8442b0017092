import type { GrowingFile } from './growing-file.ts';
import { HTML, zip } from './hostile-file.ts';
import {
	animatedPng,
	bytes,
	gif,
	gifComment,
	jpeg,
	jpegSegment,
	objectStream,
	pdf,
	png,
	pngChunk,
	riff,
	vp8,
	vp8x,
	webpChunk,
	webpFrame,
} from './valid-files.ts';
import { seededRandom } from './random.ts';

/** A valid file after random changes, or with hostile content. */
export interface MutatedFile {
	bytes: Uint8Array;
	type: GrowingFile['type'];
	/** It contains something for which it must be refused. */
	isHostile: boolean;
}

const VALID: [GrowingFile['type'], Uint8Array][] = [
	['image/png', png(64, 64, pngChunk('tEXt', 'Author\0Ada'))],
	['image/png', animatedPng(8, 8, 4)],
	['image/jpeg', jpeg(64, 64, jpegSegment(0xe1, 'Exif\0\0II*\0'), jpegSegment(0xfe, 'a note'))],
	['image/gif', gif(8, 8, 4, gifComment('Made by Ada'))],
	['image/webp', riff(vp8x(8, 8, 2), webpFrame(8, 8), webpFrame(4, 4), webpChunk('EXIF', 'II*\0'))],
	['image/webp', riff(vp8x(8, 8), vp8(8, 8))],
	['application/pdf', pdf({ objects: [objectStream('<< /Type /Font >>')] })],
];

/**
 * `count` files that the seed determines: bytes are changed, removed, repeated or swapped; every fourth file has
 * hostile content.
 */
export function* mutatedFiles(seed: number, count: number): Generator<MutatedFile> {
	const random = seededRandom(seed);
	const upTo = (n: number): number => Math.floor(random() * n);
	for (let i = 0; i < count; i++) {
		const [type, valid] = VALID[upTo(VALID.length)] ?? ['image/png', png()];
		let content = valid;
		for (let times = upTo(6); times > 0; times--) content = mutate(content, upTo);
		const isHostile = i % 4 === 3;
		yield { bytes: isHostile ? poison(content, type, upTo) : content, type, isHostile };
	}
}

type UpTo = (n: number) => number;

function mutate(content: Uint8Array, upTo: UpTo): Uint8Array {
	const at = upTo(content.length);
	const length = 1 + upTo(40);
	const [before, part, after] = [
		content.subarray(0, at),
		content.subarray(at, at + length),
		content.subarray(at + length),
	];
	const kinds = [
		() => bytes(before, [upTo(256)], content.subarray(at + 1)),
		() => bytes(before, [(content[at] ?? 0) ^ (1 << upTo(8))], content.subarray(at + 1)),
		() =>
			bytes(before, new Uint8Array(part.length).fill([0, 255, 0x3c, 0x2f][upTo(4)] ?? 0), after),
		() => bytes(before, after),
		() => bytes(before, part, part, after),
		() =>
			bytes(
				before,
				part,
				Uint8Array.from({ length }, () => upTo(256)),
				after,
			),
	];
	return (kinds[upTo(kinds.length)] ?? (() => content))();
}

/** Adds content that a reader would find anywhere: a script, an archive at the end; in a PDF, the name of a script. */
function poison(content: Uint8Array, type: string, upTo: UpTo): Uint8Array {
	if (type !== 'application/pdf' && upTo(2) === 0) return bytes(content, zip());
	const at = upTo(content.length + 1);
	const payload = type === 'application/pdf' ? '/J#61vaScript /JS (app.alert\\(1\\)) ' : HTML;
	return bytes(content.subarray(0, at), payload, content.subarray(at));
}
