/** The distance from the end, in pixels, that counts as being at the end. */
const NEAR = 48;

export interface ScrollFollower {
	/** Scrolls to the end and follows it. */
	toEnd(smooth?: boolean): void;
	/**
	 * Call before inserting older content, and call the returned function afterwards: the visible part does not
	 * move.
	 */
	keepPlace(): () => void;
	destroy(): void;
}

/**
 * Keeps a scroller at its end while its content or the window changes, until the reader scrolls up. Calls
 * `onFollow` when that changes.
 */
export function followScroll(
	scroller: HTMLElement,
	content: HTMLElement,
	onFollow: (following: boolean) => void,
): ScrollFollower {
	let following = true;
	let lastTop = 0;
	const distance = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
	const set = (next: boolean) => {
		if (next === following) return;
		following = next;
		onFollow(next);
	};
	const settle = () => {
		if (following) scroller.scrollTop = scroller.scrollHeight;
		lastTop = scroller.scrollTop;
	};
	const onScroll = () => {
		// A hidden panel has no height, and only scrolling up stops the following.
		if (scroller.clientHeight === 0) return;
		const up = scroller.scrollTop < lastTop - 1;
		lastTop = scroller.scrollTop;
		if (distance() <= NEAR) set(true);
		else if (up) set(false);
	};
	const observer = new ResizeObserver(settle);
	observer.observe(scroller);
	observer.observe(content);
	scroller.addEventListener('scroll', onScroll, { passive: true });
	settle();
	return {
		toEnd(smooth = false) {
			set(true);
			scroller.scrollTo({ top: scroller.scrollHeight, behavior: smooth ? 'smooth' : 'instant' });
		},
		keepPlace() {
			const edge = scroller.getBoundingClientRect().top;
			const anchor = Array.from(content.children).find(
				(child) => child.matches('[data-sender]') && child.getBoundingClientRect().bottom > edge,
			);
			// The lower edge, because the name above disappears if the message no longer starts a run.
			const before = anchor?.getBoundingClientRect().bottom ?? 0;
			return () => {
				if (following || !anchor?.isConnected) return;
				scroller.scrollTop += anchor.getBoundingClientRect().bottom - before;
				lastTop = scroller.scrollTop;
			};
		},
		destroy() {
			observer.disconnect();
			scroller.removeEventListener('scroll', onScroll);
		},
	};
}
