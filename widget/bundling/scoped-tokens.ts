import type { Plugin } from 'vite';

const LIGHT_DARK = 'light-dark(';

/**
 * Fits `tokens.css` into the widget: its rules hold for the wrapper in the shadow root (`.sc`), where the page's own
 * rules and custom properties do not reach; each `light-dark()` becomes a rule per scheme, which the widget always
 * names, so that browsers without that function do, too; and what no component needs stays out.
 *
 * @param isUsed tells whether a custom property, such as `--ink`, is used by what is built
 */
export function scopedTokens(isUsed: (property: string) => boolean): Plugin {
	return {
		name: 'support-chat:scoped-tokens',
		enforce: 'pre',
		transform(code, id) {
			return /\/tokens\.css\?inline$/.test(id) ? scopeTokens(code, isUsed) : null;
		},
	};
}

export function scopeTokens(css: string, isUsed: (property: string) => boolean): string {
	const dark: string[] = [];
	const light = css
		.replace(/\/\*[\s\S]*?\*\//g, '')
		// Forced colours need no tokens in so small a place: browsers put theirs over everything.
		.replace(
			/@media \((?:forced-colors|prefers-reduced-motion)[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}/g,
			'',
		)
		.replace(/(--[\w-]+)\s*:\s*([^;]+);/g, (whole, property: string, value: string) => {
			if (!isUsed(property)) return '';
			if (!value.includes(LIGHT_DARK)) return whole;
			dark.push(`${property}: ${choose(value, 1)};`);
			return `${property}: ${choose(value, 0)};`;
		})
		.replaceAll(':root', '.sc');
	const base = light.indexOf('}') + 1;
	const darkRule = `\n.sc[data-scheme='dark'] { ${dark.join(' ')} }`;
	return light.slice(0, base) + darkRule + light.slice(base);
}

/** The value with the first or second argument in the place of each `light-dark()`. */
function choose(value: string, which: 0 | 1): string {
	const at = value.indexOf(LIGHT_DARK);
	if (at < 0) return value;
	const args: string[] = [''];
	let depth = 1;
	let end = at + LIGHT_DARK.length;
	for (; depth > 0 && end < value.length; end++) {
		const character = value.charAt(end);
		if (character === '(') depth++;
		if (character === ')') depth--;
		if (character === ',' && depth === 1) args.push('');
		else if (depth > 0) args.push(`${args.pop() ?? ''}${character}`);
	}
	const chosen = (args[which] ?? '').trim();
	return choose(value.slice(0, at) + chosen + value.slice(end), which);
}
