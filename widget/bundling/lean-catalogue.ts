import type { Plugin } from 'vite';

/** One entry of a catalogue: a sentence, or an object of plural forms. */
const ENTRY = /^\t'?([\w.]+)'?:\s*(?:\{[^}]*\}|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"),\n/gm;
/** These are looked up by a code or a state. */
const BY_CODE = /^(?:error|status)\./;

/**
 * Leaves out of the catalogues what only the dashboard says.
 *
 * @param isUsed tells whether the widget's sources name this key
 */
export function leanCatalogue(isUsed: (key: string) => boolean): Plugin {
	return {
		name: 'support-chat:lean-catalogue',
		enforce: 'pre',
		transform(code, id) {
			if (!/\/chat\/i18n\/[a-z]{2}\.ts$/.test(id)) return null;
			return code.replace(ENTRY, (entry, key: string) =>
				BY_CODE.test(key) || isUsed(key) ? entry : '',
			);
		},
	};
}
