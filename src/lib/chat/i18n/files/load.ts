import type { Locale } from '../load';
import type { FileCatalogue } from './en';

/** One file per language, of which a page fetches the one it shows. */
const LOADERS: Record<Locale, () => Promise<FileCatalogue>> = {
	en: async () => (await import('./en')).en,
	de: async () => (await import('./de')).de,
	es: async () => (await import('./es')).es,
	fr: async () => (await import('./fr')).fr,
	zh: async () => (await import('./zh')).zh,
};

/** The texts about files in a language. Rejects when they cannot be fetched. */
export const loadFileCatalogue = (locale: Locale): Promise<FileCatalogue> => LOADERS[locale]();
