import { fill, type Translator, type Values } from '../translate';
import type { ConversationCatalogue } from './en';

type Key = keyof ConversationCatalogue;

/** The texts around conversations, in one language. */
export interface ConversationWords {
	readonly locale: string;
	text(key: Key, values?: Values): string;
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
		text: (key, values = {}) => fill(catalogue[key], values),
		error(code) {
			const key = `error.${code}`;
			return isKey(catalogue, key) ? catalogue[key] : t.error(code);
		},
	};
}
