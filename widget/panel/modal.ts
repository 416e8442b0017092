const FOCUSABLE = 'a[href], button, textarea, [tabindex]:not([tabindex="-1"])';

/**
 * Support for a panel that covers the page: Tab stays inside, and the on-screen keyboard does not cover it.
 * Ends when `signal` aborts.
 */
export function fillScreen(panel: HTMLElement, shadow: ShadowRoot, signal: AbortSignal): void {
	// Closed while this was loading.
	if (signal.aborted) return;
	panel.addEventListener('keydown', (event) => holdFocus(event, panel, shadow), { signal });
	const view = window.visualViewport;
	if (!view) return;
	const fit = () => {
		// The user has zoomed in and decides which part of the panel to see.
		if (view.scale > 1.01) return;
		panel.style.setProperty('--height', `${view.height}px`);
		panel.style.setProperty('--top', `${view.offsetTop}px`);
	};
	fit();
	view.addEventListener('resize', fit, { signal });
	view.addEventListener('scroll', fit, { signal });
	signal.addEventListener('abort', () => {
		panel.style.removeProperty('--height');
		panel.style.removeProperty('--top');
	});
}

function holdFocus(event: KeyboardEvent, panel: HTMLElement, shadow: ShadowRoot): void {
	if (event.key !== 'Tab') return;
	const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
		(element) => element.getClientRects().length > 0,
	);
	const [first, last] = [stops[0], stops.at(-1)];
	if (shadow.activeElement !== (event.shiftKey ? first : last)) return;
	event.preventDefault();
	(event.shiftKey ? last : first)?.focus();
}
