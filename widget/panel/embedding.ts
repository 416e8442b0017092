import type { PanelContext } from '../panel-context';
import { adoptStyles } from '../styles';
import inlineCss from './inline.css?inline';
import { isWanted } from './is-wanted';
import { markBadges, markButtons, markTitle } from './page-marks';

/** Shows on the page itself how the chat stands: the count in its title, its own button. */
export interface PageMarks {
	show(isOpen: boolean, unread: number): void;
	remove(): void;
}

export function createPageMarks({ options }: PanelContext): PageMarks {
	const countsInTitle = isWanted(options.titleCount);
	return {
		show(isOpen, unread) {
			markButtons(options.launcher, isOpen);
			markBadges(unread);
			if (countsInTitle) markTitle(isOpen ? 0 : unread);
		},
		remove() {
			markButtons(options.launcher, null);
			markBadges(0);
			if (countsInTitle) markTitle(0);
		},
	};
}

/**
 * Puts the chat into the page's own place: the element that `target` names, or else a `<support-chat>` that the page has
 * written. The page may draw that late, or again; while it is not there, nothing shows.
 */
export function placeInline({ shadow, root, options, signal }: PanelContext): void {
	const { host } = shadow;
	if (!(host instanceof HTMLElement)) return;
	adoptStyles(shadow, inlineCss);
	root.classList.add('inline');
	const place = () => {
		const spot = find(options.target ?? 'support-chat', host);
		host.toggleAttribute('data-inline', spot !== undefined);
		if (!spot || host.parentNode === spot) return;
		host.popover = null;
		spot.append(host);
	};
	const observer = new MutationObserver(place);
	observer.observe(document, { childList: true, subtree: true });
	signal.addEventListener('abort', () => observer.disconnect());
	place();
}

function find(selector: string, host: HTMLElement): Element | undefined {
	try {
		return Array.from(document.querySelectorAll(selector)).find((one) => one !== host);
	} catch {
		return undefined; // no selector
	}
}
