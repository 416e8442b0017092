import { describe, expect, it } from 'vitest';
import { en, type Catalogue, type PluralForms } from './en';
import { LOCALES, loadCatalogue, pickLocale } from './load';
import { createTranslator } from './translate';

const sentences = (text: string | PluralForms): string[] =>
	typeof text === 'string' ? [text] : Object.values(text);
const blanks = (text: string | PluralForms): string =>
	[...new Set(sentences(text).flatMap((sentence) => sentence.match(/\{\w+\}/g) ?? []))]
		.sort()
		.join();

describe.each(LOCALES)('the texts in %s', (locale) => {
	it('are complete, with the same placeholders', async () => {
		const catalogue = await loadCatalogue(locale);
		expect(Object.keys(catalogue)).toEqual(Object.keys(en));
		for (const key of Object.keys(en) as (keyof Catalogue)[])
			expect(`${key} ${blanks(catalogue[key])}`).toBe(`${key} ${blanks(en[key])}`);
	});

	it('have a sentence for every plural form', async () => {
		const catalogue = await loadCatalogue(locale);
		const needed = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
		for (const text of Object.values<string | PluralForms>(catalogue))
			if (typeof text !== 'string')
				// `many` of Spanish and French is for millions, worded like `other`.
				expect(Object.keys(text).sort()).toEqual(needed.filter((form) => form !== 'many').sort());
	});
});

it('picks the first available language', () => {
	expect(pickLocale(['it-IT', 'de-AT', 'en'])).toBe('de');
	expect(pickLocale(['zh_Hant'])).toBe('zh');
	expect(pickLocale(['xx'])).toBe('en');
	expect(pickLocale([])).toBe('en');
});

it('formats counts and errors', () => {
	const translator = createTranslator('en', en);
	expect(translator.plural('log.new', 1)).toBe('1 new message');
	expect(translator.plural('log.new', 1_200)).toBe('1,200 new messages');
	expect(translator.error('network')).toBe('No connection.');
});
