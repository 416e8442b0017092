export type CsvCell = string | number | null;

/**
 * A table as CSV (RFC 4180): CRLF, quotes where they are needed, and a byte order mark, without which Excel takes UTF-8
 * for something else. Customers and agents choose some of the texts, and a spreadsheet runs what begins like a formula:
 * those get an apostrophe in front, which spreadsheets show as nothing (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function toCsv(head: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
	return `\uFEFF${[head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

function cell(value: CsvCell): string {
	if (value === null) return '';
	if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
	const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
	return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
