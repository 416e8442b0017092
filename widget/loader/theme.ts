import type { SupportChatOptions } from '../types';

/** Whether the page looks dark now, judged by its text colour. */
function pageIsDark(): boolean {
	const { color } = getComputedStyle(document.body);
	// Channels of rgb(); else a lightness, of 100 in lab() and lch(), of 1 in oklab() and oklch().
	const [first = 0, second = 0, third = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
	return color.startsWith('rgb') ? first + second + third > 400 : first > (first > 1 ? 60 : 0.6);
}

/**
 * Gives the widget the page's scheme and the team's accent as they are now. Through the CSSOM, which a strict content
 * security policy allows; launcher.css makes the accent readable.
 */
export function applyTheme(root: HTMLElement, { accent = '', scheme }: SupportChatOptions): void {
	const dark = scheme === 'dark' || (scheme !== 'light' && pageIsDark());
	root.style.colorScheme = root.dataset.scheme = dark ? 'dark' : 'light';
	root.classList.toggle('team', CSS.supports('color', accent));
	root.style.setProperty('--team', accent);
}
