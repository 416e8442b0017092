/** A hue for an avatar, always the same for the same person. Degrees, 0…345 in steps of 15. */
export function hueOf(id: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193) >>> 0;
	return (hash % 24) * 15;
}

/** One or two letters for an avatar, from the name or else from the e-mail's part before the @. */
export function initialsOf(name: string | null, email: string | null): string {
	const words = (name?.trim() || email?.split('@')[0] || '?')
		.split(/[\s._+-]+/u)
		.filter((word) => /[\p{L}\p{N}]/u.test(word));
	const first = words[0] ?? '?';
	const last = words.length > 1 ? words[words.length - 1] : undefined;
	const letters = last ? firstLetter(first) + firstLetter(last) : shortWord(first);
	return letters.toLocaleUpperCase('en');
}

const segmenter = new Intl.Segmenter('en');

function firstLetter(word: string): string {
	for (const { segment } of segmenter.segment(word)) if (/[\p{L}\p{N}]/u.test(segment)) return segment;
	return '';
}

/** A name in one word: its first two letters, or one where a letter is as wide as two. */
function shortWord(word: string): string {
	const [a = '?', b = ''] = Array.from(segmenter.segment(word), ({ segment }) => segment);
	return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(a) ? a : a + b;
}
