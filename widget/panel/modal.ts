const FOCUSABLE =
	'a[href], button, textarea, [tabindex]:not([tabindex="-1"])';

/** Keeps Tab inside the panel while it covers the page. Answers a function that stops it. */
export function holdFocus(panel: HTMLElement, shadow: ShadowRoot): () => void {
	const onKeydown = (event: KeyboardEvent) => {
		if (event.key !== 'Tab') return;
		const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
			(element) => element.offsetParent !== null || element.getClientRects().length > 0,
		);
		const edge = event.shiftKey ? stops[0] : stops.at(-1);
		if (shadow.activeElement !== edge) return;
		event.preventDefault();
		(event.shiftKey ? stops.at(-1) : stops[0])?.focus();
	};
	panel.addEventListener('keydown', onKeydown);
	return () => panel.removeEventListener('keydown', onKeydown);
}

/** Fits the panel into what the phone's keyboard leaves of the screen. Answers a function that stops it. */
export function trackKeyboard(panel: HTMLElement): () => void {
	const view = window.visualViewport;
	if (!view) return () => undefined;
	const fit = () => {
		// Zoomed in by hand: then the reader decides what part of the panel to see.
		if (view.scale > 1.01) return;
		panel.style.setProperty('--height', `${view.height}px`);
		panel.style.setProperty('--top', `${view.offsetTop}px`);
	};
	fit();
	view.addEventListener('resize', fit);
	view.addEventListener('scroll', fit);
	return () => {
		view.removeEventListener('resize', fit);
		view.removeEventListener('scroll', fit);
		panel.style.removeProperty('--height');
		panel.style.removeProperty('--top');
	};
}
