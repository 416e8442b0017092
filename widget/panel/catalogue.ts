import type { Locale } from '../../src/lib/chat';
import type { Catalogue } from '../../src/lib/chat/i18n/en';

/** One file per language, of which a page fetches the one it shows. */
const LOADERS: Record<Locale, () => Promise<Catalogue>> = {
	en: async () => (await import('../../src/lib/chat/i18n/en')).en,
	de: async () => (await import('../../src/lib/chat/i18n/de')).de,
	es: async () => (await import('../../src/lib/chat/i18n/es')).es,
	fr: async () => (await import('../../src/lib/chat/i18n/fr')).fr,
	zh: async () => (await import('../../src/lib/chat/i18n/zh')).zh,
};

/** The texts of a language. Rejects when they cannot be fetched. */
export const fetchCatalogue = (locale: Locale): Promise<Catalogue> => LOADERS[locale]();
