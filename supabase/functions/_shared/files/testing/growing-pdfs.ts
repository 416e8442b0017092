import { deflateSync } from 'node:zlib';
import { emptyBlocksWithLongCodes, emptyStoredBlocks } from './deflate-blocks.ts';
import type { GrowingFile } from './growing-file.ts';
import { bytes, objectStream, pdf, pdfStream } from './valid-files.ts';

const ofPdf = (what: string, make: GrowingFile['make']): GrowingFile => ({
	what,
	type: 'application/pdf',
	make,
});
/** A PDF with the same text many times between its objects. */
const withText =
	(part: string, before = '', after = '') =>
	(n: number): Uint8Array =>
		pdf({ objects: [before + part.repeat(n) + after] });
const OBJECT_STREAM = '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode';
const inObjectStream = (deflated: Uint8Array): Uint8Array =>
	pdf({ objects: [pdfStream(5, OBJECT_STREAM, deflated)] });
const deflated = (text: string): Uint8Array => deflateSync(Buffer.from(text, 'latin1'));

/** PDFs of growing size. */
export const GROWING_PDFS: GrowingFile[] = [
	ofPdf('a PDF of small objects', withText('7 0 obj\n<< >>\nendobj\n')),
	ofPdf('a PDF of objects without ends', withText('7 0 obj ')),
	ofPdf('a PDF of obj', withText('obj')),
	ofPdf('a PDF of streams without ends', withText('7 0 obj << >> stream\n')),
	ofPdf('a PDF of streams without ends and with one', withText('obj stream\n', '', 'endstream')),
	ofPdf('a PDF of streams', withText('7 0 obj << /Length 3 >>\nstream\nabc\nendstream\nendobj\n')),
	ofPdf('a PDF of streams without slashes', withText('obj<<>>stream\nabc\nendstream endobj\n')),
	ofPdf('a PDF of endstream', withText('endstream ')),
	ofPdf('a PDF of texts that begin', withText('obj(')),
	ofPdf('a PDF of texts that begin and end', (n) =>
		pdf({ objects: ['obj('.repeat(n) + ')'.repeat(n)] }),
	),
	ofPdf('a PDF of objects within texts that lead to one stream', (n) =>
		pdf({
			objects: [
				bytes('obj('.repeat(n), ')'.repeat(n), pdfStream(5, OBJECT_STREAM, emptyStoredBlocks(n))),
			],
		}),
	),
	ofPdf('a PDF of comments that begin', withText('obj%')),
	ofPdf('a PDF of comments', withText('% comment\n')),
	ofPdf('a PDF of backslashes', withText('\\', '7 0 obj (', ')')),
	ofPdf('a PDF of arrays within arrays', (n) =>
		pdf({ objects: [`7 0 obj ${'['.repeat(n)}${']'.repeat(n)} endobj\n`] }),
	),
	ofPdf('a PDF of dictionaries within dictionaries', (n) =>
		pdf({ objects: [`7 0 obj ${'<</A '.repeat(n)}${'>>'.repeat(n)} endobj\n`] }),
	),
	ofPdf('a PDF of short names', withText('/a', '7 0 obj <<', '>> endobj\n')),
	ofPdf('a PDF of slashes', withText('/')),
	ofPdf('a PDF of one long name', withText('a', '/')),
	ofPdf('a PDF of long names', withText(`/${'a'.repeat(100)} `)),
	ofPdf('a PDF of escaped names', withText('/#4a#53x')),
	ofPdf('a PDF of half escapes', withText('#4', '/')),
	ofPdf('a PDF of names that begin as wanted ones', withText('/JavaScrip /EmbeddedFil /Filter ')),
	ofPdf(
		'a PDF of filters',
		withText(' /FlateDecode', '7 0 obj << /Filter [', '] >> stream\nendstream\n'),
	),
	ofPdf('a PDF of cross-reference tables', withText('xref\n0 1\n0000000000 65535 f \n')),
	ofPdf(
		'a PDF of trailers that lead to each other',
		withText('trailer\n<< /Prev 9 >>\nstartxref\n9\n%%EOF\n'),
	),
	ofPdf('a PDF of spaces behind stream', withText(' ', 'obj stream')),
	ofPdf('a PDF of line ends', withText('\r\n')),
	ofPdf('a PDF of beginnings of archives', withText('Rar!7z__HALT_PK')),
	ofPdf('a PDF of object streams', (n) =>
		pdf({ objects: Array.from({ length: n }, () => objectStream('<< /Type /Font >>')) }),
	),
	ofPdf('a PDF of object streams in clear', withText('obj<</ObjStm>>stream\nendstream\n')),
	ofPdf('an object stream of spaces', (n) => inObjectStream(deflated(' '.repeat(20 * n)))),
	ofPdf('an object stream of names', (n) => inObjectStream(deflated('/a'.repeat(n)))),
	ofPdf('an object stream of empty blocks', (n) => inObjectStream(emptyStoredBlocks(n))),
	ofPdf('an object stream of empty blocks with long codes', (n) =>
		inObjectStream(emptyBlocksWithLongCodes(Math.ceil(n / 4))),
	),
	ofPdf('object streams that begin within each other', (n) => {
		const begin = bytes(`obj<<${OBJECT_STREAM}>>stream\n`, [0x78, 0x9c]);
		return pdf({
			objects: [...Array.from({ length: n }, () => begin), emptyStoredBlocks(n), '\nendstream\n'],
		});
	}),
	ofPdf('object streams of stored blocks that hold the next one', (n) => {
		// Each block's bytes are the beginning of another stream, which continues with the same blocks.
		const begin = bytes(`obj<<${OBJECT_STREAM}>>stream\n`, [0x78, 0x9c]);
		const block = bytes([0, begin.length, 0, 255 - begin.length, 255], begin);
		return pdf({
			objects: [
				begin,
				...Array.from({ length: n }, () => block),
				[1, 0, 0, 255, 255].map((byte) => String.fromCharCode(byte)).join(''),
				'\nendstream\n',
			],
		});
	}),
];
