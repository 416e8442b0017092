import { describe, expect, it } from 'vitest';
import { LOCALES, loadCatalogue } from '../load';
import { createTranslator } from '../translate';
import { en } from './en';
import { loadFileCatalogue } from './load';
import { fileWords } from './words';

const limits = { types: ['image/png', 'application/pdf'], maxMb: 10 };
const wordsOf = async (locale: (typeof LOCALES)[number]) =>
	fileWords(createTranslator(locale, await loadCatalogue(locale)), await loadFileCatalogue(locale));

describe.each(LOCALES)('what is said of files in %s', (locale) => {
	it('is complete, with the same placeholders', async () => {
		const catalogue = await loadFileCatalogue(locale);
		const blanks = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
		expect(Object.keys(catalogue)).toEqual(Object.keys(en));
		for (const [key, text] of Object.entries(en))
			expect(`${key} ${blanks(Reflect.get(catalogue, key))}`).toBe(`${key} ${blanks(text)}`);
	});

	it('names the exact limit and the allowed types', async () => {
		const words = await wordsOf(locale);
		expect(words.error('support_upload_too_large', limits)).toMatch(/10.?M/);
		expect(words.error('support_upload_type', limits)).toMatch(/PNG.+PDF/);
		expect(words.error('support_attachments_too_many', limits)).toContain('5');
		expect(words.error('support_file_mismatch', limits)).not.toContain('{');
	});
});

it('formats sizes for people, and errors that are not about files as elsewhere', async () => {
	const words = await wordsOf('en');
	expect([900, 20_480, 1_300_000, 10 * 1024 * 1024].map((size) => words.size(size))).toEqual([
		...['0.9 kB', '20 kB', '1.2 MB', '10 MB'],
	]);
	expect(words.percent(0.42)).toBe('42%');
	expect(words.error('network', limits)).toBe('No connection.');
	expect(words.knows('support_attachment_used')).toBe(true);
	expect(words.knows('network')).toBe(false);
});
