/** Whether a key press belongs to typing or to the browser, so that it is not a shortcut. */
export function isTyping(event: KeyboardEvent): boolean {
	if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
	const { target } = event;
	return (
		target instanceof Element &&
		target.closest('input, textarea, select, [contenteditable]') !== null
	);
}

/** Moves the focus among the links of a list by `step`, from the focused one, else from the current one. */
export function moveFocus(list: HTMLElement, step: 1 | -1): void {
	const links = Array.from(list.querySelectorAll<HTMLAnchorElement>('a[href]'));
	const focused = links.findIndex((link) => link === document.activeElement);
	const from = focused >= 0 ? focused : links.findIndex((link) => link.ariaCurrent === 'page');
	const to = from < 0 ? (step > 0 ? 0 : links.length - 1) : from + step;
	const next = links[to];
	next?.focus();
	next?.scrollIntoView({ block: 'nearest' });
}
