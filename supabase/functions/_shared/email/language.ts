import {
	EMAIL_LOCALES,
	type EmailLocale,
	type OwnTemplate,
	type Template,
	type TemplateKind,
} from './variables.ts';
import { de } from './words/de.ts';
import { en } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import type { EmailWords } from './words/words.ts';
import { zh } from './words/zh.ts';

const WORDS: Record<EmailLocale, EmailWords> = { en, de, es, fr, zh };

/** The language for a customer whose page has `locale` (`de-AT`, or any text): its base language, or else English. */
export function languageOf(locale: string | null | undefined): EmailLocale {
	const base = (locale ?? '').trim().toLowerCase().split(/[-_]/)[0];
	return EMAIL_LOCALES.find((one) => one === base) ?? 'en';
}

/** The texts of emails in a language. */
export const wordsIn = (locale: EmailLocale): EmailWords => WORDS[locale];

/** The team's own template for an email in a language, or else the default. */
export function templateFor(
	kind: TemplateKind,
	locale: EmailLocale,
	own: readonly OwnTemplate[] = [],
): Template {
	const found = own.find((one) => one.kind === kind && one.locale === locale);
	return found ?? WORDS[locale].templates[kind];
}
