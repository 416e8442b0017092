import type { PanelContext } from '../panel-context';
import { adoptStyles } from '../styles';
import inlineCss from './inline.css?inline';
import { isWanted } from './is-wanted';
import { markBadges, markButtons, markTitle } from './page-marks';

/** Shows the chat's state on the page: the count in its title, its own buttons. */
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
 * Puts the chat into an element of the page: the one that `target` selects, or else the page's `<support-chat>`. The page may
 * create it late or again; while it does not exist, the chat is not shown.
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
