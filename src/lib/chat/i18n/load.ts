import type { Catalogue } from './en';

export const LOCALES = ['en', 'de', 'es', 'fr', 'zh'] as const;
export type Locale = (typeof LOCALES)[number];

/** The first of the wanted languages (`navigator.languages`, `<html lang>` …) that is available, else English. */
export function pickLocale(wanted: readonly string[]): Locale {
	for (const tag of wanted) {
		const language = tag.toLowerCase().split(/[-_]/)[0];
		const found = LOCALES.find((locale) => locale === language);
		if (found) return found;
	}
	return 'en';
}

/** One file per language, of which a page fetches the one it shows. */
const LOADERS: Record<Locale, () => Promise<Catalogue>> = {
	en: async () => (await import('./en')).en,
	de: async () => (await import('./de')).de,
	es: async () => (await import('./es')).es,
	fr: async () => (await import('./fr')).fr,
	zh: async () => (await import('./zh')).zh,
};

/** The texts of a language. Rejects when they cannot be fetched. */
export const loadCatalogue = (locale: Locale): Promise<Catalogue> => LOADERS[locale]();
