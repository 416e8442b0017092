import type { Translator } from '../translate';
import type { ConversationCatalogue } from './en';

type Key = keyof ConversationCatalogue;

/** The texts around conversations, in one language. */
export interface ConversationWords {
	readonly locale: string;
	text(key: Key, values?: Record<string, string | number>): string;
	/** The sentence for an error code. */
	error(code: Parameters<Translator['error']>[0]): string;
}

const isKey = (catalogue: ConversationCatalogue, key: string): key is Key =>
	Object.hasOwn(catalogue, key);

/** @param t the translator of the chat */
export function conversationWords(
	t: Translator,
	catalogue: ConversationCatalogue,
): ConversationWords {
	return {
		locale: t.locale,
		text: (key, values = {}) =>
			catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)),
		error(code) {
			const key = `error.${code}`;
			return isKey(catalogue, key) ? catalogue[key] : t.error(code);
		},
	};
}
