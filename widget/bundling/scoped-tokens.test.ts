import { expect, it } from 'vitest';
import { scopeTokens } from './scoped-tokens';

const css = `/* Tokens */
:root {
	color-scheme: light dark;
	--ink: light-dark(#111, oklch(0.9 0.01 265));
	--shadow: 0 1px light-dark(rgb(1 2 3 / 0.2), #000), 0 2px light-dark(red, blue);
	--unused: 1px;
}
:root[data-scheme='light'] {
	color-scheme: light;
}
@media (forced-colors: active) {
	:root {
		--ink: CanvasText;
	}
}
`;

const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();

it('makes a rule per scheme of light-dark(), scopes the rules and leaves out what is not used', () => {
	expect(squeeze(scopeTokens(css, (property) => property !== '--unused'))).toBe(
		squeeze(`.sc { color-scheme: light dark; --ink: #111; --shadow: 0 1px rgb(1 2 3 / 0.2), 0 2px red; }
		.sc[data-scheme='dark'] { --ink: oklch(0.9 0.01 265); --shadow: 0 1px #000, 0 2px blue; }
		.sc[data-scheme='light'] { color-scheme: light; }`),
	);
});
