/**
 * Every invisible character: controls, spaces of all widths, zero-width and bidi marks, fillers,
 * variation selectors. The same list as support_private.blank_characters(); a test compares them.
 */
export const BLANK =
	'\\u0001-\\u0020\\u007f\\u0085\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f' +
	'\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u2065\\u2066-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0';

// eslint-disable-next-line no-misleading-character-class -- joiners and selectors are meant one by one
const ONLY_BLANK = new RegExp(`^[\\0${BLANK}]*$`);
/** Pairs, which stay, and lone surrogates. No lookbehind, because older Safari rejects a whole script with one. */
const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;

/** The text to send for typed text: LF line ends, no NUL, lone surrogates as U+FFFD, trimmed. */
export function cleanText(text: string): string {
	return text
		.replace(/\r\n?/g, '\n')
		.replaceAll('\0', '')
		.replace(SURROGATES, (found) => (found.length === 2 ? found : '\ufffd'))
		.trim();
}

/** Whether a text shows nothing: empty, only spaces, only zero-width characters. */
export const isBlank = (text: string): boolean => ONLY_BLANK.test(text);

/** As Postgres' `char_length` counts: code points. */
export function countCharacters(text: string): number {
	let count = 0;
	for (let i = 0; i < text.length; i++) {
		const high = text.charCodeAt(i);
		if (high >= 0xd800 && high < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
		count++;
	}
	return count;
}

/** At most `most` code points, an ellipsis included, never cut inside a visible character. */
export function truncate(text: string, most: number): string {
	if (countCharacters(text) <= most) return text;
	// Later text does not matter, and browsers are slow at segmenting long texts.
	const beginning = text.slice(0, 2 * most + 2);
	const segments =
		typeof Intl.Segmenter === 'function'
			? Array.from(new Intl.Segmenter().segment(beginning), (s) => s.segment)
			: Array.from(beginning);
	let kept = '';
	let length = 1; // the ellipsis
	for (const segment of segments) {
		length += countCharacters(segment);
		if (length > most) break;
		kept += segment;
	}
	return `${kept.trimEnd()}…`;
}
