import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from './csv';

const body = (...rows: (string | number | null)[][]) =>
	toCsv(['head'], rows).slice('\uFEFFhead\r\n'.length);

describe('a table as CSV', () => {
	it('begins with a byte order mark and ends each line with CRLF', () => {
		expect(toCsv(['Day', 'Count'], [['2026-11-01', 3]])).toBe(
			'\uFEFFDay,Count\r\n2026-11-01,3\r\n',
		);
	});

	it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\n=1', '=HYPERLINK("http://x","y")'])(
		'keeps a spreadsheet from running %j',
		(text) => {
			expect(body([text])).toMatch(/^"?'/);
		},
	);

	it('quotes separators, quotes and line ends, and doubles quotes', () => {
		expect(body(['a,b', 'say "hi"', 'two\nlines', 'a;b', ' x'])).toBe(
			'"a,b","say ""hi""","two\nlines","a;b"," x"\r\n',
		);
	});

	it('leaves numbers, negative ones too, and nothing as they are', () => {
		expect(body([-1.5, 0, null, NaN, ''])).toBe('-1.5,0,,,\r\n');
	});

	it('keeps every text, and escapes those that begin like a formula', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				const [field = ''] = parse(body([text, 'end']));
				expect(field).not.toMatch(/^[=+\-@\t\r\n]/);
				expect(field.replace(/^'/, '')).toBe(text.replace(/^'/, ''));
			}),
		);
	});
});

/** The fields of the first record, read as RFC 4180 has it. */
function parse(csv: string): string[] {
	return [...csv.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(
		([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
	);
}
