import {
	bytes,
	gif,
	jpeg,
	jpegSegment,
	pdf,
	png,
	pngChunk,
	PNG_SIGNATURE,
	riff,
	vp8,
	vp8x,
} from './valid-files.ts';
import { of, type HostileFile } from './hostile-file.ts';

const damaged = (type: string) => of('support_file_damaged', type);
const half = (content: Uint8Array): Uint8Array =>
	content.subarray(0, Math.ceil(content.length / 2));
/** Files that end too early, or whose structure is invalid. */
export const DAMAGED: HostileFile[] = [
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
