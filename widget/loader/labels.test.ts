import { expect, it } from 'vitest';
import { LOCALES, loadCatalogue } from '$chat/i18n/load';
import { OPEN_LABEL, OPEN_LABELS } from './labels';

it.each(LOCALES)("the button's name in %s is the catalogue's", async (locale) => {
	const catalogue = await loadCatalogue(locale);
	expect(OPEN_LABELS[locale] ?? OPEN_LABEL).toBe(catalogue['launcher.open']);
});
