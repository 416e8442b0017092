import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkFile, type FileVerdict } from './check-file.ts';
import { ENDINGS, isFileType } from './file-types.ts';
import { readImageHeader } from './formats/read-image-header.ts';
import {
	animatedPng,
	bytes,
	gif,
	gifComment,
	jpeg,
	jpegSegment,
	objectStream,
	pdf,
	pdfStream,
	png,
	pngChunk,
	riff,
	vp8,
	vp8l,
	vp8x,
	webpChunk,
	webpFrame,
} from './testing/valid-files.ts';
import { hostileFiles } from './testing/hostile-files.ts';

const MEGABYTE = 1_048_576;

function check(content: Uint8Array, type: string, ending?: string): FileVerdict {
	const end = ending ?? (isFileType(type) ? ENDINGS[type][0] : 'png');
	return checkFile({
		bytes: content,
		claimedType: type,
		storedType: type,
		name: `photo.${end}`,
		maxBytes: 10 * MEGABYTE,
	});
}

describe('checkFile refuses', () => {
	it.each(hostileFiles)('$what: $refusal', ({ bytes: content, type, ending, refusal }) => {
		expect(check(content, type, ending)).toEqual({ accepted: false, refusal });
	});

	it('more than thirty of them', () => {
		expect(hostileFiles.length).toBeGreaterThan(30);
		expect(new Set(hostileFiles.map(({ what }) => what)).size).toBe(hostileFiles.length);
	});

	it('a file that is larger than allowed', () => {
		const file = { bytes: png(), claimedType: 'image/png', storedType: 'image/png', name: 'a.png' };
		expect(checkFile({ ...file, maxBytes: png().length - 1 })).toEqual({
			accepted: false,
			refusal: 'support_file_too_large',
		});
		expect(checkFile({ ...file, maxBytes: png().length }).accepted).toBe(true);
	});

	it('a file that Storage would serve as another type', () => {
		const file = { bytes: png(), claimedType: 'image/png', name: 'a.png', maxBytes: MEGABYTE };
		expect(checkFile({ ...file, storedType: 'application/pdf' })).toEqual({
			accepted: false,
			refusal: 'support_file_mismatch',
		});
		expect(checkFile({ ...file, storedType: 'Image/PNG; charset=utf-8' }).accepted).toBe(true);
	});

	it.each([
		['image/png', png(64, 64)],
		['image/jpeg', jpeg()],
		['image/gif', gif(2, 2, 3)],
		['image/webp', riff(vp8x(2, 2), vp8(2, 2))],
	])('a %s that is cut off at any byte', (type, whole) => {
		for (let length = 1; length < whole.length; length++)
			expect([length, check(whole.subarray(0, length), type).accepted]).toEqual([length, false]);
	});
});

describe('checkFile accepts', () => {
	it.each([
		['a PNG', 'image/png', png(3, 2), [3, 2]],
		['an animated PNG', 'image/png', animatedPng(3, 2, 20), [3, 2]],
		['a PNG with notes', 'image/png', png(3, 2, pngChunk('tEXt', 'Author\0Ada < Grace')), [3, 2]],
		['a JPEG', 'image/jpeg', jpeg(9, 7), [9, 7]],
		[
			'a JPEG with EXIF, XMP and a profile',
			'image/jpeg',
			jpeg(
				9,
				7,
				jpegSegment(0xe1, 'Exif\0\0II*\0'),
				jpegSegment(
					0xe1,
					'http://ns.adobe.com/xap/1.0/\0<?xpacket?><x:xmpmeta><rdf:RDF/></x:xmpmeta>',
				),
				jpegSegment(0xe2, 'ICC_PROFILE\0'),
			),
			[9, 7],
		],
		['a JPEG with zeros behind its end', 'image/jpeg', bytes(jpeg(), [0, 0, 0]), [8, 8]],
		['a GIF', 'image/gif', gif(5, 4), [5, 4]],
		['a GIF whose width begins like an equals sign', 'image/gif', gif(317, 4), [317, 4]],
		[
			'an animated GIF with a comment',
			'image/gif',
			gif(5, 4, 30, gifComment('Made by Ada')),
			[5, 4],
		],
		['a lossy WebP', 'image/webp', riff(vp8(5, 4)), [5, 4]],
		['a lossless WebP', 'image/webp', riff(vp8l(5, 4)), [5, 4]],
		[
			'an extended WebP',
			'image/webp',
			riff(vp8x(5, 4, 8), webpChunk('EXIF', 'II*\0'), vp8(5, 4)),
			[5, 4],
		],
		[
			'an animated WebP',
			'image/webp',
			riff(vp8x(8, 8, 2), webpFrame(8, 8), webpFrame(4, 4, 2, 2)),
			[8, 8],
		],
		['an image as large as may be', 'image/png', png(8000, 5000), [8000, 5000]],
	])('%s', (_what, type, content, [width, height]) => {
		expect(check(content, type)).toEqual({ accepted: true, type, width, height });
	});

	const js = 'J'.concat('avaScript');
	it.each([
		['a PDF', pdf()],
		['a PDF that opens at a page', pdf({ catalog: '/OpenAction [3 0 R /Fit]' })],
		[
			'a PDF with a link',
			pdf({ objects: ['7 0 obj\n<< /S /URI /URI (https://x.test) >>\nendobj\n'] }),
		],
		['a PDF with compressed objects', pdf({ objects: [objectStream('<< /Type /Font >>')] })],
		[
			'a PDF with a stored block',
			pdf({
				objects: [
					pdfStream(
						5,
						'/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode',
						deflateSync('4 0 << >>', { level: 0 }),
					),
				],
			}),
		],
		[
			'a PDF with a compressed page about it',
			pdf({ objects: [pdfStream(6, '/Filter /FlateDecode', deflateSync(`(/${js}) Tj`))] }),
		],
		[
			'a PDF with short names in picture data',
			pdf({ objects: [pdfStream(6, '/Subtype /Image', '\x01/JS /AA\x02')] }),
		],
	])('%s', (_what, content) => {
		expect(check(content, 'application/pdf')).toEqual({
			accepted: true,
			type: 'application/pdf',
			width: null,
			height: null,
		});
	});

	it.each(['jpg', 'JPG', 'jpeg', 'jfif'])('a JPEG with the extension %s', (ending) => {
		expect(check(jpeg(), 'image/jpeg', ending).accepted).toBe(true);
	});
});

describe('readImageHeader', () => {
	it('needs only the first bytes', () => {
		expect(readImageHeader(png(300, 200).subarray(0, 40))).toEqual({
			type: 'image/png',
			width: 300,
			height: 200,
			frames: 1,
		});
		expect(readImageHeader(gif(300, 200, 9))).toMatchObject({ frames: 9 });
		expect(readImageHeader(riff(vp8x(4, 4, 2), webpFrame(4, 4), webpFrame(4, 4)))).toMatchObject({
			type: 'image/webp',
			frames: 2,
		});
	});

	it('returns nothing for PDFs, other files, and files that end too early', () => {
		for (const content of [
			pdf(),
			bytes('<svg/>'),
			new Uint8Array(),
			png().subarray(0, 20),
			jpeg().subarray(0, 40),
		])
			expect(readImageHeader(content)).toBeNull();
	});
});
