import type { PanelContext } from '../panel-context';

/** Looks at the page again whenever it, or the system, may have changed its scheme. */
export function followLook({ root, options, signal, applyLook }: PanelContext): void {
	const look = () => applyLook(root, options);
	// Pages fade from one scheme to the other: what counts is the end of it.
	const lookSoon = () => setTimeout(look, 400);
	const observer = new MutationObserver(lookSoon);
	for (const node of [document.documentElement, document.body]) {
		observer.observe(node, { attributes: true });
	}
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', lookSoon, { signal });
	signal.addEventListener('abort', () => observer.disconnect());
	look();
}
