import { crc32, deflateSync } from 'node:zlib';

/** Bytes of a text whose code points are below 256, and of other parts, one after the other. */
export function bytes(...parts: (string | Uint8Array | number[])[]): Uint8Array {
	return new Uint8Array(
		Buffer.concat(
			parts.map((part) =>
				typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
			),
		),
	);
}

export const big32 = (n: number): number[] => [
	n >>> 24,
	(n >>> 16) & 255,
	(n >>> 8) & 255,
	n & 255,
];
export const big16 = (n: number): number[] => [(n >>> 8) & 255, n & 255];
export const little16 = (n: number): number[] => big16(n).reverse();
export const little24 = (n: number): number[] => big32(n).reverse().slice(0, 3);
export const little32 = (n: number): number[] => big32(n).reverse();

// PNG ------------------------------------------------------------------------------------------

export const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';

export function pngChunk(name: string, data: string | Uint8Array | number[] = ''): Uint8Array {
	const body = bytes(name, data);
	return bytes(big32(body.length - 4), body, big32(crc32(body)));
}

/** A black image in grey; more chunks come before its data. */
export function png(width = 2, height = 2, ...chunks: Uint8Array[]): Uint8Array {
	const rows = Math.min(height, 64) * (Math.min(width, 64) + 1);
	return bytes(
		PNG_SIGNATURE,
		pngChunk('IHDR', [...big32(width), ...big32(height), 8, 0, 0, 0, 0]),
		...chunks,
		pngChunk('IDAT', deflateSync(Buffer.alloc(rows))),
		pngChunk('IEND'),
	);
}

export function animatedPng(width: number, height: number, frames: number): Uint8Array {
	return png(width, height, pngChunk('acTL', [...big32(frames), ...big32(0)]));
}

// JPEG -----------------------------------------------------------------------------------------

export function jpegSegment(marker: number, data: string | Uint8Array | number[]): Uint8Array {
	const body = bytes(data);
	return bytes([0xff, marker, ...big16(body.length + 2)], body);
}

/** A grey JPEG by its structure; more segments come at its beginning. */
export function jpeg(width = 8, height = 8, ...segments: Uint8Array[]): Uint8Array {
	return bytes(
		[0xff, 0xd8],
		jpegSegment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0'),
		...segments,
		jpegSegment(0xdb, [0, ...new Array<number>(64).fill(1)]),
		jpegSegment(0xc0, [8, ...big16(height), ...big16(width), 1, 1, 0x11, 0]),
		jpegSegment(0xc4, [0, 1, ...new Array<number>(15).fill(0), 0]),
		jpegSegment(0xda, [1, 1, 0, 0, 63, 0]),
		[0x3f, 0xff, 0x00, 0x12, 0xff, 0xd0, 0x7f],
		[0xff, 0xd9],
	);
}

// GIF ------------------------------------------------------------------------------------------

const GIF_FRAME_DATA = [2, 2, 0x4c, 0x01, 0];

export function gifFrame(width: number, height: number): Uint8Array {
	return bytes([0x2c, 0, 0, 0, 0], little16(width), little16(height), [0], GIF_FRAME_DATA);
}

export function gif(width = 2, height = 2, frames = 1, ...blocks: Uint8Array[]): Uint8Array {
	return bytes(
		'GIF89a',
		little16(width),
		little16(height),
		[0x80, 0, 0, 0, 0, 0, 255, 255, 255],
		...blocks,
		...Array.from({ length: frames }, () => gifFrame(width, height)),
		[0x3b],
	);
}

/** A comment, at most 255 bytes. */
export function gifComment(text: string): Uint8Array {
	return bytes([0x21, 0xfe, text.length], text, [0]);
}

// WebP -----------------------------------------------------------------------------------------

export function webpChunk(name: string, data: string | Uint8Array | number[]): Uint8Array {
	const body = bytes(data);
	return bytes(name, little32(body.length), body, body.length % 2 === 1 ? [0] : []);
}

export function riff(...chunks: Uint8Array[]): Uint8Array {
	const body = bytes('WEBP', ...chunks);
	return bytes('RIFF', little32(body.length), body);
}

export function vp8(width: number, height: number): Uint8Array {
	return webpChunk('VP8 ', [
		0x10,
		0,
		0,
		0x9d,
		0x01,
		0x2a,
		...little16(width),
		...little16(height),
		0,
		0,
	]);
}

export function vp8l(width: number, height: number): Uint8Array {
	const bits = width - 1 + (height - 1) * 0x4000;
	return webpChunk('VP8L', [0x2f, ...little32(bits), 0, 0, 0, 0, 0, 0]);
}

export function vp8x(width: number, height: number, flags = 0): Uint8Array {
	return webpChunk('VP8X', [flags, 0, 0, 0, ...little24(width - 1), ...little24(height - 1)]);
}

export function webpFrame(width: number, height: number, x = 0, y = 0): Uint8Array {
	return webpChunk(
		'ANMF',
		bytes(
			...[little24(x / 2), little24(y / 2), little24(width - 1), little24(height - 1)],
			[100, 0, 0, 0],
			vp8(width, height),
		),
	);
}

// PDF ------------------------------------------------------------------------------------------

export interface PdfParts {
	/** More entries of the catalogue's dictionary. */
	catalog?: string;
	/** More complete objects. */
	objects?: (string | Uint8Array)[];
	trailer?: string;
	version?: string;
	after?: string | Uint8Array;
}

/** A PDF of one empty page. */
export function pdf({
	catalog = '',
	objects = [],
	trailer = '',
	version = '1.7',
	after = '',
}: PdfParts = {}): Uint8Array {
	return bytes(
		`%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`,
		`1 0 obj\n<< /Type /Catalog /Pages 2 0 R ${catalog} >>\nendobj\n`,
		'2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n',
		'3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>\nendobj\n',
		...objects,
		`trailer\n<< /Size 9 /Root 1 0 R ${trailer} >>\nstartxref\n9\n%%EOF\n`,
		after,
	);
}

/** An object with a stream. */
export function pdfStream(
	number: number,
	dictionary: string,
	data: string | Uint8Array,
): Uint8Array {
	const body = bytes(data);
	return bytes(
		`${number} 0 obj\n<< ${dictionary} /Length ${body.length} >>\nstream\n`,
		body,
		'\nendstream\nendobj\n',
	);
}

/** Objects in a compressed object stream, as in PDFs since 1.5. */
export function objectStream(content: string, more = ''): Uint8Array {
	const body = `4 0 ${content}`;
	const dictionary = `/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode ${more}`;
	return pdfStream(5, dictionary, deflateSync(Buffer.from(body, 'latin1')));
}
