import type { PanelContext } from '../panel-context';

/** Applies the theme again whenever the page or the system may have changed its scheme. */
export function followTheme({ root, options, signal, applyTheme }: PanelContext): void {
	const apply = () => applyTheme(root, options);
	// Pages fade from one scheme to the other, so wait for the end of it.
	const applySoon = () => setTimeout(apply, 400);
	const observer = new MutationObserver(applySoon);
	for (const node of [document.documentElement, document.body]) {
		observer.observe(node, { attributes: true });
	}
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applySoon, { signal });
	signal.addEventListener('abort', () => observer.disconnect());
	apply();
}
