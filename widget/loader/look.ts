import type { SupportChatOptions } from '../types';
import { fitAccent, luminance, parseColor } from './accent';

/** Does the page look dark right now? Its text colour tells, however the page came to it. */
function pageIsDark(): boolean {
	const color = parseColor(getComputedStyle(document.body).color);
	return color !== null && luminance(color) > 0.4;
}

/**
 * Gives the widget the page's scheme and the team's accent, now and whenever the page or the system changes its scheme.
 * Everything is set through the CSSOM, which a strict content security policy allows.
 */
export function applyLook(root: HTMLElement, options: SupportChatOptions, signal: AbortSignal): void {
	const apply = () => {
		const fixed = options.scheme === 'dark' || options.scheme === 'light';
		const dark = fixed ? options.scheme === 'dark' : pageIsDark();
		root.dataset.scheme = dark ? 'dark' : 'light';
		const color = options.accent ? parseColor(options.accent) : null;
		if (!color) return;
		const { accent, ink, text } = fitAccent(color, dark);
		root.style.setProperty('--accent', `rgb(${accent})`);
		root.style.setProperty('--accent-ink', `rgb(${ink})`);
		root.style.setProperty('--accent-text', `rgb(${text})`);
		root.style.setProperty('--focus', `rgb(${text})`);
		root.style.setProperty('--accent-soft', `color-mix(in srgb, rgb(${accent}) 12%, var(--bg))`);
	};
	apply();
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply, { signal });
	const observer = new MutationObserver(apply);
	const attributes = { attributeFilter: ['class', 'style', 'data-theme', 'data-mode', 'data-bs-theme'] };
	for (const element of [document.documentElement, document.body]) observer.observe(element, attributes);
	signal.addEventListener('abort', () => observer.disconnect());
}
