/**
 * Lets the page's own buttons toggle the chat. They are found by selector at each click, so that a page may draw them
 * late or again.
 */
export function ownButtons(
	selector: string | undefined,
	toggle: () => void,
	signal: AbortSignal,
): { show(open: boolean): void } {
	if (!selector) return { show: () => undefined };
	const all = () => document.querySelectorAll(selector);
	document.addEventListener(
		'click',
		({ target }) => target instanceof Element && target.closest(selector) && toggle(),
		{ signal },
	);
	signal.addEventListener('abort', () => {
		for (const button of all()) button.removeAttribute('aria-expanded');
	});
	return {
		show(open) {
			for (const button of all()) button.setAttribute('aria-expanded', `${open}`);
		},
	};
}
