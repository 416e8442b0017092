import {
	animatedPng,
	bytes,
	gif,
	gifComment,
	jpeg,
	jpegSegment,
	pdf,
	png,
	pngChunk,
	riff,
	vp8,
	vp8x,
	webpChunk,
	webpFrame,
} from './valid-files.ts';
import { HTML, of, zip, type HostileFile } from './hostile-file.ts';

const bomb = (type: string) => of('support_file_too_many_pixels', type);
/** Small files that are large after decoding. */
export const BOMBS: HostileFile[] = [
	bomb('image/png')('a PNG of 30,000 by 30,000 pixels in a few bytes', png(30_000, 30_000)),
	bomb('image/png')('a PNG as wide as numbers go', png(0x7fffffff, 1)),
	bomb('image/png')('an animated PNG of 4 billion frames', animatedPng(100, 100, 0xffffffff)),
	bomb('image/jpeg')('a JPEG of 65,535 by 65,535 pixels', jpeg(65_535, 65_535)),
	bomb('image/gif')('a GIF of 65,535 by 65,535 pixels', gif(65_535, 65_535)),
	bomb('image/gif')('a GIF of 20 frames of 5,000 by 5,000', gif(5000, 5000, 20)),
	bomb('image/gif')(
		'a small GIF with a frame that sticks out far',
		bytes(
			gif(1, 1).subarray(0, 19),
			[0x2c, 0xff, 0xff, 0xff, 0xff, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0, 0x3b],
		),
	),
	bomb('image/webp')(
		'a WebP of 16,384 by 16,384 pixels',
		riff(vp8x(16_384, 16_384), vp8(16_383, 16_383)),
	),
	bomb('image/webp')(
		'an animated WebP of 50 frames of 4,000 by 4,000',
		riff(vp8x(4000, 4000, 2), ...Array.from({ length: 50 }, () => webpFrame(4000, 4000))),
	),
];

const active = (type: string) => of('support_file_active', type);
const [activePng, activeJpeg, activeGif] = [
	active('image/png'),
	active('image/jpeg'),
	active('image/gif'),
];
/** Images that are something else as well. */
export const POLYGLOTS: HostileFile[] = [
	activePng('a PNG with a page behind its end', bytes(png(), HTML)),
	activePng('a PNG with a ZIP behind its end', bytes(png(), zip())),
	activePng('a PNG with a ZIP in its last chunk', png(2, 2, pngChunk('zIPp', zip(500)))),
	activePng('a PNG with a page in a text chunk', png(2, 2, pngChunk('tEXt', `Comment\0${HTML}`))),
	activePng(
		'a PNG with PHP in a text chunk',
		png(2, 2, pngChunk('tEXt', 'Comment\0<?PHP system($_GET[0]);')),
	),
	activePng(
		'a PNG with a PDF in its first kilobyte',
		png(2, 2, pngChunk('tEXt', bytes('A\0', pdf()))),
	),
	activePng(
		'a PNG with a RAR archive in a chunk',
		png(2, 2, pngChunk('raRr', 'Rar!\x1a\x07\x01\0')),
	),
	activePng(
		'a PNG with a script in its picture data',
		bytes(png().subarray(0, 33), pngChunk('IDAT', HTML), pngChunk('IEND')),
	),
	activeJpeg(
		'a JPEG with a page in its comment',
		jpeg(8, 8, jpegSegment(0xfe, `--><html>${HTML}`)),
	),
	activeJpeg(
		'a JPEG with a PHP archive in its comment',
		jpeg(8, 8, jpegSegment(0xfe, '__HALT_COMPILER();\r\n')),
	),
	activeJpeg(
		'a JPEG that is JavaScript, too',
		bytes(
			[0xff, 0xd8, 0xff, 0xe0],
			'/*',
			new Array<number>(0x2f2a - 2).fill(0),
			jpeg().subarray(2),
		),
	),
	activeJpeg('a JPEG with a program behind its end', bytes(jpeg(), 'MZ\x90\0')),
	activeJpeg('a JPEG with a second image behind its end', bytes(jpeg(), jpeg())),
	activeGif('a GIF that is JavaScript, too', bytes('GIF89a=1', [10, 0], gif().subarray(10))),
	activeGif(
		'a GIF that begins as a comment of JavaScript',
		bytes('GIF89a/*', [2, 0], gif().subarray(10, -1), '*/=1;alert(1)//', [0x3b]),
	),
	activeGif('a GIF with a page in its comment', gif(2, 2, 1, gifComment(HTML))),
	activeGif('a GIF with a JAR behind its end', bytes(gif(), zip())),
	active('image/webp')(
		'a WebP with a page in its XMP',
		riff(vp8x(2, 2, 4), vp8(2, 2), webpChunk('XMP ', HTML)),
	),
	active('image/webp')('a WebP with a ZIP behind its end', bytes(riff(vp8(2, 2)), zip())),
];
