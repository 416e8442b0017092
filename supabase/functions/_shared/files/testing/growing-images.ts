import {
	big16,
	bytes,
	gif,
	gifComment,
	gifFrame,
	jpeg,
	jpegSegment,
	png,
	pngChunk,
	riff,
	vp8,
	vp8x,
	webpChunk,
	webpFrame,
} from './valid-files.ts';
import { repeat, type GrowingFile } from './growing-file.ts';

const of =
	(type: GrowingFile['type']) =>
	(what: string, make: GrowingFile['make']): GrowingFile => ({ what, type, make });
const [ofPng, ofJpeg, ofGif, ofWebp] = [
	of('image/png'),
	of('image/jpeg'),
	of('image/gif'),
	of('image/webp'),
];

/** The bytes of a JPEG up to its picture data, and its end. */
const JPEG_HEAD = jpeg().subarray(0, -9);
const JPEG_SCAN = jpegSegment(0xda, [1, 1, 0, 0, 63, 0]);
const END_OF_JPEG = [0xff, 0xd9];
/** A picture of minimal size, for canvases of any size. */
const onePixelFrames = (n: number): Uint8Array => repeat(gifFrame(1, 1), n);
/** A GIF of one frame with more bytes before its end. */
const gifWith = (more: Uint8Array): Uint8Array => bytes(gif(2, 2).subarray(0, -1), more, [0x3b]);
/** Parts of a WebP frame that are not picture data. */
const webpFrameOf = (parts: Uint8Array): Uint8Array =>
	webpChunk('ANMF', bytes(new Array<number>(16).fill(0), parts));

const PNGS = [
	ofPng('a PNG of empty chunks', (n) => png(2, 2, repeat(pngChunk('teXt'), n))),
	ofPng('a PNG of picture data and notes by turns', (n) =>
		png(2, 2, repeat(bytes(pngChunk('IDAT', 'a'.repeat(20)), pngChunk('tEXt', 'a<b')), n)),
	),
	ofPng('a PNG of one long note of <', (n) => png(2, 2, pngChunk('tEXt', '<'.repeat(n)))),
	ofPng('a PNG of many notes of <', (n) => png(2, 2, repeat(pngChunk('tEXt', '<s'.repeat(8)), n))),
	ofPng('a PNG of beginnings of words', (n) => png(2, 2, pngChunk('tEXt', '<scrip'.repeat(n)))),
	ofPng('a PNG of beginnings of archives', (n) =>
		png(2, 2, pngChunk('tEXt', 'Rar!\x1a7z\xbc\xaf__HALTPK\x05\x06'.repeat(n))),
	),
	ofPng('a PNG with zeros behind its end', (n) => bytes(png(), new Uint8Array(n))),
	ofPng('a PNG of frame data', (n) => png(2, 2, repeat(pngChunk('fdAT', '\0\0\0\0'), n))),
	ofPng('a PNG of P', (n) => png(2, 2, pngChunk('tEXt', 'P'.repeat(n)))),
];

const JPEGS = [
	ofJpeg('a JPEG of empty segments', (n) => jpeg(8, 8, repeat(jpegSegment(0xe1, ''), n))),
	ofJpeg('a JPEG of comments of <', (n) => jpeg(8, 8, repeat(jpegSegment(0xfe, '<s<s<s'), n))),
	ofJpeg('a JPEG of fill bytes', (n) => jpeg(8, 8, new Uint8Array(n).fill(0xff))),
	ofJpeg('a JPEG of fill bytes in its data', (n) =>
		bytes(JPEG_HEAD, new Uint8Array(n).fill(0xff), END_OF_JPEG),
	),
	ofJpeg('a JPEG of stuffed bytes', (n) =>
		bytes(JPEG_HEAD, repeat(bytes([0xff, 0]), n), END_OF_JPEG),
	),
	ofJpeg('a JPEG of restarts', (n) =>
		bytes(JPEG_HEAD, repeat(bytes([0xff, 0xd0]), n), END_OF_JPEG),
	),
	ofJpeg('a JPEG of scans', (n) =>
		bytes(JPEG_HEAD, repeat(bytes(JPEG_SCAN, [1, 2, 3]), n), END_OF_JPEG),
	),
	ofJpeg('a JPEG of scans without data', (n) =>
		bytes(JPEG_HEAD, repeat(JPEG_SCAN, n), END_OF_JPEG),
	),
	ofJpeg('a JPEG of tables', (n) =>
		jpeg(8, 8, repeat(jpegSegment(0xc4, [0, 1, ...new Array<number>(16).fill(0)]), n)),
	),
	ofJpeg('a JPEG that is a long picture', (n) =>
		bytes(JPEG_HEAD, new Uint8Array(n).fill(0x55), END_OF_JPEG),
	),
	ofJpeg('a JPEG of long segments', (n) =>
		jpeg(8, 8, repeat(bytes([0xff, 0xe2], big16(502), new Uint8Array(500)), n)),
	),
];

const GIFS = [
	ofGif('a GIF of empty comments', (n) => gifWith(repeat(bytes([0x21, 0xfe, 0]), n))),
	ofGif('a GIF of comments of <', (n) => gifWith(repeat(gifComment('<<<<'), n))),
	ofGif('a GIF of a comment of short blocks', (n) =>
		gifWith(bytes([0x21, 0xfe], repeat(bytes([1, 0x3c]), n), [0])),
	),
	ofGif('a GIF of frames', (n) => gifWith(onePixelFrames(n))),
	ofGif('a GIF of frames and comments by turns', (n) =>
		gifWith(repeat(bytes(gifFrame(1, 1), gifComment('<s')), n)),
	),
	ofGif('a GIF of unknown extensions', (n) => gifWith(repeat(bytes([0x21, 7, 1, 7, 0]), n))),
	ofGif('a GIF of frames with colours', (n) =>
		gifWith(
			repeat(bytes([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0x80], new Uint8Array(6), [2, 1, 0x3c, 0]), n),
		),
	),
	ofGif('a GIF whose comment never ends', (n) =>
		bytes(gif().subarray(0, -1), [0x21, 0xfe], repeat(bytes([1, 0x3c]), n)),
	),
];

const WEBPS = [
	ofWebp('a WebP of empty chunks', (n) =>
		riff(vp8x(2, 2), vp8(2, 2), repeat(webpChunk('note', ''), n)),
	),
	ofWebp('a WebP of notes of <', (n) =>
		riff(vp8x(2, 2), vp8(2, 2), repeat(webpChunk('XMP ', '<s<b'), n)),
	),
	ofWebp('a WebP of frames', (n) => riff(vp8x(2, 2, 2), repeat(webpFrame(1, 1), n))),
	ofWebp('a WebP of frames and notes by turns', (n) =>
		riff(vp8x(2, 2, 2), repeat(bytes(webpFrame(1, 1), webpChunk('EXIF', '<a')), n)),
	),
	ofWebp('a WebP of one frame of empty chunks', (n) =>
		riff(vp8x(2, 2, 2), webpFrameOf(repeat(webpChunk('note', ''), n))),
	),
	ofWebp('a WebP of frames within frames', (n) =>
		riff(vp8x(2, 2, 2), repeat(webpFrameOf(webpFrameOf(webpFrameOf(webpChunk('note', '')))), n)),
	),
	ofWebp('a WebP of alpha', (n) => riff(vp8x(2, 2), repeat(webpChunk('ALPH', ''), n), vp8(2, 2))),
	ofWebp('a WebP within WebPs', (n) =>
		riff(vp8x(2, 2), vp8(2, 2), webpChunk('RIFF', repeat(riff(vp8(2, 2)), n))),
	),
];

/** Images of growing size. */
export const GROWING_IMAGES: GrowingFile[] = [...PNGS, ...JPEGS, ...GIFS, ...WEBPS];
