/** A hue, 0…359, that stays the same for the same id. */
export function hueOf(id: string): number {
	let hash = 0;
	for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) | 0;
	return Math.abs(hash) % 360;
}

/** One or two letters for a name or an email address. */
export function initialsOf(name: string): string {
	const words = (name.split('@')[0] ?? '').split(/[\s._-]+/).filter(Boolean);
	const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
	return letters.map((word) => Array.from(word ?? '?')[0]?.toLocaleUpperCase() ?? '').join('');
}
