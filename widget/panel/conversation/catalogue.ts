import type { Locale } from '$chat';
import type { ConversationCatalogue } from '$chat/i18n/conversation/en';

/** One file per language, of which a page fetches the one it shows. */
const LOADERS: Record<Locale, () => Promise<ConversationCatalogue>> = {
	en: async () => (await import('$chat/i18n/conversation/en')).en,
	de: async () => (await import('$chat/i18n/conversation/de')).de,
	es: async () => (await import('$chat/i18n/conversation/es')).es,
	fr: async () => (await import('$chat/i18n/conversation/fr')).fr,
	zh: async () => (await import('$chat/i18n/conversation/zh')).zh,
};

/** The texts around conversations in a language. Rejects when they cannot be fetched. */
export const fetchConversationCatalogue = (locale: Locale): Promise<ConversationCatalogue> =>
	LOADERS[locale]();
