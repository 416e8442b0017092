/** Shows on the page's own buttons whether the chat is open; null resets it. */
export function markButtons(selector: string | undefined, isOpen: boolean | null): void {
	if (!selector) return;
	for (const button of document.querySelectorAll(selector)) {
		if (isOpen === null) button.removeAttribute('aria-expanded');
		else button.setAttribute('aria-expanded', `${isOpen}`);
	}
}

/** Writes the count into the page's own badges, `<b data-support-chat-unread>`; nothing when there is none. */
export function markBadges(count: number): void {
	for (const badge of document.querySelectorAll('[data-support-chat-unread]')) {
		const words = count > 9 ? '9+' : `${count || ''}`;
		if (badge.textContent !== words) badge.textContent = words;
	}
}

/** Puts the count before the page's title, `(2) Invoices`, or takes it away again. */
export function markTitle(count: number): void {
	const title = document.title.replace(/^\(\d+\+?\) /, '');
	const wanted = count ? `(${count > 9 ? '9+' : count}) ${title}` : title;
	if (document.title !== wanted) document.title = wanted;
}
