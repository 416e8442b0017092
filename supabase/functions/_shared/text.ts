const ELLIPSIS = '…';
const RTL = '\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc';
const FIRST_STRONG = new RegExp(`[${RTL}]|\\p{L}`, 'u');
const IS_RTL = new RegExp(`^[${RTL}]`, 'u');
// eslint-disable-next-line no-control-regex -- these are what it is for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Escapes text for HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
}

/** Makes one line for an email header: no line breaks or other control characters, at most `length` characters. */
export function headerText(text: string, length: number): string {
	return cut(text.replace(CONTROLS, ' ').replace(/\s+/g, ' ').trim(), length);
}

/**
 * The beginning of a message as one paragraph, at most `length` characters with the ellipsis that marks a cut. Never
 * cuts inside a visible character.
 */
export function preview(content: string, length: number): string {
	return cut(content.replace(CONTROLS, ' ').replace(/\s+/g, ' ').trim(), length);
}

/** The direction of a text, which is that of its first letter. */
export function direction(text: string): 'ltr' | 'rtl' {
	const letter = FIRST_STRONG.exec(text)?.[0];
	return letter !== undefined && IS_RTL.test(letter) ? 'rtl' : 'ltr';
}

function cut(text: string, length: number): string {
	if (countCharacters(text) <= length) return text;
	let room = length - countCharacters(ELLIPSIS);
	let result = '';
	// Later text does not matter, and segmenting a long text is slow.
	for (const { segment } of new Intl.Segmenter().segment(text.slice(0, 2 * length + 2))) {
		room -= countCharacters(segment);
		if (room < 0) break;
		result += segment;
	}
	return result.trimEnd() + ELLIPSIS;
}

/** Code points, as Postgres counts them. */
function countCharacters(text: string): number {
	let count = 0;
	for (const _character of text) count += 1;
	return count;
}
