/**
 * Keeps an element on the page. Whatever the page does to its body (a client-side navigation that replaces it,
 * a framework that removes unknown elements), it is added again, in the top layer if the browser has one.
 */
export function keepAttached(host: HTMLElement, signal: AbortSignal): void {
	const observer = new MutationObserver(attach);
	function attach(): void {
		if (!host.isConnected) {
			document.body.append(host);
			raise(host);
		}
		// The parents of the element may be new ones.
		observer.disconnect();
		for (const node of [document, document.documentElement, document.body]) {
			observer.observe(node, { childList: true });
		}
	}
	attach();
	signal.addEventListener('abort', () => {
		observer.disconnect();
		host.remove();
	});
}

/** Above every z-index, and fixed to the window even where an ancestor is transformed. */
function raise(host: HTMLElement): void {
	host.popover = 'manual';
	// In an older browser the z-index of launcher.css has to do.
	// eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- missing in some browsers
	host.showPopover?.();
}
