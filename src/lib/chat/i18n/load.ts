import { en, type Catalogue } from './en';

export const LOCALES = ['en', 'de', 'es', 'fr', 'zh'] as const;
export type Locale = (typeof LOCALES)[number];

/** The first of the wanted languages (`navigator.languages`, `<html lang>` …) that there is, else English. */
export function pickLocale(wanted: readonly string[]): Locale {
	for (const tag of wanted) {
		const language = tag.toLowerCase().split(/[-_]/)[0];
		const found = LOCALES.find((locale) => locale === language);
		if (found) return found;
	}
	return 'en';
}

const LOADERS: Record<Exclude<Locale, 'en'>, () => Promise<Catalogue>> = {
	de: async () => (await import('./de')).de,
	es: async () => (await import('./es')).es,
	fr: async () => (await import('./fr')).fr,
	zh: async () => (await import('./zh')).zh,
};

/** Fetches one language's texts; English, which is always there, if that fails. */
export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
	if (locale === 'en') return en;
	try {
		return await LOADERS[locale]();
	} catch {
		return en;
	}
}
