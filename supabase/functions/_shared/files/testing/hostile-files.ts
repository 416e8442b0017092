import { deflateSync } from 'node:zlib';
import type { Refusal } from '../file-types.ts';
import {
	animatedPng,
	bytes,
	gif,
	gifComment,
	jpeg,
	jpegSegment,
	little16,
	little32,
	objectStream,
	pdf,
	pdfStream,
	png,
	pngChunk,
	PNG_SIGNATURE,
	riff,
	vp8,
	vp8x,
	webpChunk,
	webpFrame,
} from './honest-files.ts';

/** A file that must be refused, as somebody would upload it. */
export interface HostileFile {
	what: string;
	bytes: Uint8Array;
	type: string;
	/** Its ending, if it is not that of the type. */
	ending?: string;
	refusal: Refusal;
}

const HTML = '<!doctype html><script>alert(document.domain)</script>';

/** A ZIP with one file, as small as it gets. */
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

const of =
	(refusal: Refusal, type: string) =>
	(what: string, content: string | Uint8Array, ending?: string): HostileFile => ({
		what,
		bytes: typeof content === 'string' ? bytes(content) : content,
		type,
		refusal,
		...(ending === undefined ? {} : { ending }),
	});

const wrongType = of('support_file_type', 'image/png');
const WRONG_TYPES: HostileFile[] = [
	wrongType(
		'an SVG with a script',
		'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
	),
	wrongType('an SVG behind an XML declaration', '<?xml version="1.0"?>\n<svg onload="alert(1)"/>'),
	wrongType('a page', HTML),
	wrongType('a page behind a byte order mark', `\xef\xbb\xbf${HTML}`),
	wrongType(
		'an XML document with an entity',
		'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
	),
	wrongType('a text', 'just text'),
	wrongType('a script with an interpreter', '#!/bin/sh\nrm -rf /\n'),
	wrongType('a Windows program', bytes('MZ\x90\0\x03', new Array<number>(120).fill(0), 'PE\0\0')),
	wrongType('an ELF program', '\x7fELF\x02\x01\x01\0'),
	wrongType('a ZIP', zip()),
	wrongType('an old Office document', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
	wrongType('a HEIC image', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
	wrongType('an AVIF image', '\0\0\0\x20ftypavif\0\0\0\0avifmif1'),
	wrongType('a bitmap', 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0'),
	wrongType('an icon', '\0\0\x01\0\x01\0\x10\x10\0\0'),
	wrongType('a TIFF', 'II*\0\x08\0\0\0'),
	wrongType('an MP4 film', '\0\0\0\x18ftypmp42\0\0\0\0isommp42'),
	wrongType('a gzip archive', '\x1f\x8b\x08\0\0\0\0\0'),
	wrongType('zeros', bytes(new Array<number>(64).fill(0))),
	wrongType('half a signature', '\x89PNG'),
	of('support_file_type', 'application/pdf')('a PDF behind a page', bytes(HTML, pdf())),
	of('support_file_type', 'image/svg+xml')('an image that says it is an SVG', png(), 'svg'),
	of('support_file_type', 'text/html')('an image that says it is a page', gif(), 'html'),
];

const mismatch = (type: string) => of('support_file_mismatch', type);
const MISMATCHES: HostileFile[] = [
	mismatch('image/png')('a JPEG that says it is a PNG', jpeg()),
	mismatch('image/jpeg')('a PDF that says it is a JPEG', pdf()),
	mismatch('application/pdf')('a GIF that says it is a PDF', gif()),
	mismatch('image/png')('a PNG with the name of a program', png(), 'exe'),
	mismatch('image/png')('a PNG with the name of a page', png(), 'html'),
	mismatch('image/jpeg')('a JPEG whose name has no ending', jpeg(), ''),
];

const bomb = (type: string) => of('support_file_too_many_pixels', type);
const BOMBS: HostileFile[] = [
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
const POLYGLOTS: HostileFile[] = [
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

const activePdf = active('application/pdf');
const JAVASCRIPT = '<< /S /JavaScript /JS (app.alert(1)) >>';
const PDFS: HostileFile[] = [
	activePdf(
		'a PDF that runs JavaScript when opened',
		pdf({ catalog: `/OpenAction ${JAVASCRIPT}` }),
	),
	activePdf(
		'the same with its names in escapes',
		pdf({ catalog: '/OpenAction << /S /J#61vaScr#69pt /#4aS (app.alert(1)) >>' }),
	),
	activePdf('the same in a compressed object stream', pdf({ objects: [objectStream(JAVASCRIPT)] })),
	activePdf(
		'the same behind a dictionary of 100 kB',
		pdf({ objects: [objectStream(JAVASCRIPT, `/Pad (${'endobj \\) '.repeat(10_000)})`)] }),
	),
	activePdf(
		'an object stream that is compressed twice',
		pdf({
			objects: [
				pdfStream(
					5,
					'/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]',
					deflateSync(Buffer.from(`4 0 ${JAVASCRIPT}`)).toString('hex'),
				),
			],
		}),
	),
	activePdf(
		'an object stream whose rows are mixed up by a predictor',
		pdf({ objects: [objectStream('<< >>', '/DecodeParms << /Predictor 12 /Columns 4 >>')] }),
	),
	activePdf(
		'an object stream without its type',
		pdf({
			objects: [
				pdfStream(
					5,
					'/N 1 /First 4 /Filter /FlateDecode',
					deflateSync(Buffer.from(`4 0 ${JAVASCRIPT}`)),
				),
			],
		}),
	),
	activePdf(
		'an object stream that inflates to 100 MB',
		pdf({
			objects: [
				pdfStream(
					5,
					'/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode',
					deflateSync(Buffer.alloc(100_000_000, 32)),
				),
			],
		}),
	),
	activePdf(
		'a PDF that starts a program',
		pdf({ catalog: '/OpenAction << /S /Launch /F (cmd.exe) >>' }),
	),
	activePdf(
		'a PDF with a file in it',
		pdf({ catalog: '/Names << /EmbeddedFiles << /Names [] >> >>' }),
	),
	activePdf('a PDF with actions of its own', pdf({ catalog: '/AA << /WC 7 0 R >>' })),
	activePdf('a PDF with a form in XML', pdf({ catalog: '/AcroForm << /XFA 7 0 R >>' })),
	activePdf(
		'a PDF with a form that is sent somewhere',
		pdf({ objects: ['7 0 obj\n<< /S /SubmitForm /F (https://x.test) >>\nendobj\n'] }),
	),
	activePdf(
		'a PDF with a film',
		pdf({ objects: ['7 0 obj\n<< /Subtype /RichMedia >>\nendobj\n'] }),
	),
	activePdf('an encrypted PDF, which nobody can look into', pdf({ trailer: '/Encrypt 8 0 R' })),
	activePdf('a PDF with a ZIP behind its end', bytes(pdf(), zip())),
];

const damaged = (type: string) => of('support_file_damaged', type);
const half = (content: Uint8Array): Uint8Array =>
	content.subarray(0, Math.ceil(content.length / 2));
const DAMAGED: HostileFile[] = [
	damaged('image/png')('half a PNG', half(png(64, 64))),
	damaged('image/png')('a PNG without its end', png().subarray(0, -12)),
	damaged('image/png')(
		'a PNG without pictures',
		bytes(PNG_SIGNATURE, png().subarray(8, 33), pngChunk('IEND')),
	),
	damaged('image/png')('a PNG without pixels', png(0, 5)),
	damaged('image/png')(
		'a PNG that begins with another chunk',
		bytes(PNG_SIGNATURE, pngChunk('tEXt', 'a\0b'), png().subarray(8)),
	),
	damaged('image/jpeg')('half a JPEG', half(jpeg())),
	damaged('image/jpeg')('a JPEG without its end', jpeg().subarray(0, -2)),
	damaged('image/jpeg')('a JPEG without pictures', bytes([0xff, 0xd8, 0xff, 0xd9])),
	damaged('image/jpeg')(
		'a JPEG with two sizes',
		jpeg(8, 8, jpegSegment(0xc0, [8, 0, 8, 0, 8, 1, 1, 0x11, 0])),
	),
	damaged('image/gif')('half a GIF', half(gif(2, 2, 10))),
	damaged('image/gif')('a GIF without pictures', gif(2, 2, 0)),
	damaged('image/webp')('half a WebP', half(riff(vp8x(2, 2), vp8(2, 2)))),
	damaged('image/webp')(
		'a WebP whose picture has another size than it says',
		riff(vp8x(2, 2), vp8(4000, 4000)),
	),
	damaged('image/webp')('a WebP without pictures', riff(vp8x(2, 2))),
	damaged('image/webp')(
		'a WebP with a chunk that is longer than the file',
		riff(bytes('VP8 ', [0xff, 0xff, 0, 0, 0, 0])),
	),
	damaged('application/pdf')('half a PDF', half(pdf())),
	damaged('application/pdf')('a PDF of no version', bytes('%PDF-x', pdf().subarray(6))),
	damaged('application/pdf')(
		'a PDF with its end far from the end',
		pdf({ after: ' '.repeat(2000) }),
	),
];

/** Files that nobody must be able to show to others. */
export const hostileFiles: HostileFile[] = [
	...[...WRONG_TYPES, ...MISMATCHES, ...BOMBS, ...POLYGLOTS, ...PDFS, ...DAMAGED],
	{ what: 'nothing', bytes: new Uint8Array(), type: 'image/png', refusal: 'support_file_empty' },
];
