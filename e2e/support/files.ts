import { deflateSync } from 'node:zlib';
import { crc32 } from './crc32';

/** A file in Playwright's format. */
export interface TestFile {
	name: string;
	mimeType: string;
	buffer: Buffer;
}

/** A PNG of one colour, or of noise, which does not compress. */
export function png(
	name: string,
	{ width = 320, height = 200, colour = [46, 125, 200], noise = false } = {},
): TestFile {
	const rows = Buffer.alloc(height * (1 + width * 3));
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			for (let channel = 0; channel < 3; channel++) {
				const shade = ((colour[channel] ?? 0) + ((x + y) >> 2)) % 256;
				rows[y * (1 + width * 3) + 1 + x * 3 + channel] = noise ? Math.random() * 256 : shade;
			}
	return { name, mimeType: 'image/png', buffer: pngOf(width, height, deflateSync(rows)) };
}

/** A PNG of few bytes whose header claims a size that is too large to decode. */
export const pixelBomb = (name: string): TestFile => ({
	name,
	mimeType: 'image/png',
	buffer: pngOf(16_000, 16_000, deflateSync(Buffer.alloc(64))),
});

function pngOf(width: number, height: number, data: Buffer): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 2, 0, 0, 0], 8);
	const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
	return Buffer.concat([
		signature,
		chunk('IHDR', header),
		chunk('IDAT', data),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length);
	sum.writeUInt32BE(crc32(body));
	return Buffer.concat([length, body, sum]);
}

/** A PDF of one empty page, at least `bytes` long. */
export function pdf(name: string, bytes = 0): TestFile {
	const objects = [
		'<< /Type /Catalog /Pages 2 0 R >>',
		'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>',
	];
	let text = '%PDF-1.4\n';
	const places = objects.map((body, index) => {
		const at = text.length;
		text += `${index + 1} 0 obj\n${body}\nendobj\n`;
		return at;
	});
	text += `%${' '.repeat(Math.max(0, bytes - text.length))}\n`;
	const start = text.length;
	const rows = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
	text += `xref\n0 4\n0000000000 65535 f \n${rows}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
	return { name, mimeType: 'application/pdf', buffer: Buffer.from(text, 'latin1') };
}

export const text = (name: string, mimeType: string, content: string): TestFile => ({
	name,
	mimeType,
	buffer: Buffer.from(content),
});
