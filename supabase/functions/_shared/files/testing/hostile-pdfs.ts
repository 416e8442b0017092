import { deflateSync } from 'node:zlib';
import { bytes, objectStream, pdf, pdfStream } from './valid-files.ts';
import { of, zip, type HostileFile } from './hostile-file.ts';

const activePdf = of('support_file_active', 'application/pdf');
const JAVASCRIPT = '<< /S /JavaScript /JS (app.alert(1)) >>';
/** PDFs with active content, or with content that hides it. */
export const PDFS: HostileFile[] = [
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
	activePdf('an encrypted PDF, which cannot be checked', pdf({ trailer: '/Encrypt 8 0 R' })),
	activePdf('a PDF with a ZIP behind its end', bytes(pdf(), zip())),
];
