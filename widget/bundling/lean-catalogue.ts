import type { Plugin } from 'vite';

/** One entry of a catalogue: a sentence, or an object of plural forms. */
const ENTRY = /^\t'?([\w.]+)'?:\s*(?:\{[^}]*\}|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"),\n/gm;
/** These are looked up by a code or a state. */
const BY_CODE = /^(?:error|status)\./;
/** No customer comes by these, or they are told enough by "refused". */
const UNTOLD =
	/^(?:error\.(?:user_changed|support_(?:user_not_found|bad_cursor|bad_transition|forbidden|message_id_missing|message_blank|chat_not_found|message_conflict|not_authenticated))|message\.customer)$/;

const LOADER = /\/chat\/i18n\/load\.ts$/;
const NOTHING = '\0support-chat:no-catalogue';

/**
 * Leaves out of the catalogues what only the dashboard says, and English out of the core's own loader, which always has
 * it at hand: the widget fetches the one language that it shows (widget/panel/catalogue.ts).
 *
 * @param isUsed tells whether the widget's sources name this key
 */
export function leanCatalogue(isUsed: (key: string) => boolean): Plugin {
	return {
		name: 'support-chat:lean-catalogue',
		enforce: 'pre',
		resolveId: (source, importer) =>
			source === './en' && LOADER.test(importer ?? '') ? NOTHING : null,
		load: (id) => (id === NOTHING ? 'export const en = {};' : null),
		transform(code, id) {
			if (!/\/chat\/i18n\/[a-z]{2}\.ts$/.test(id)) return null;
			return code.replace(ENTRY, (entry, key: string) =>
				(BY_CODE.test(key) || isUsed(key)) && !UNTOLD.test(key) ? entry : '',
			);
		},
	};
}
