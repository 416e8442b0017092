import type { PanelContext } from '../panel-context';
import { adoptStyles } from '../styles';

export interface DashboardLink {
	show(waiting: number, dashboardUrl: string | null): void;
	/** Opens the dashboard, as a click on the link does. */
	open(): void;
	/** The customer's button takes its place again. */
	remove(): void;
}

/** A script's own address: the dashboard that serves it. */
const own = import.meta.url;

/** A link in place of the round button; with `inline`, a link with a text. */
export function createDashboardLink(
	{ root, shadow, options, setUnread, close }: PanelContext,
	name: string,
): DashboardLink {
	const isInline = options.mode === 'inline';
	const link = document.createElement('a');
	const badge = document.createElement('b');
	const button = root.querySelector('.launcher');
	link.className = isInline ? 'dashboard' : 'launcher';
	link.target = '_blank';
	link.rel = 'noopener';
	const icon = button?.querySelector('svg')?.cloneNode(true);
	link.append(isInline || !icon ? name : icon, badge);
	if (isInline) adoptStyles(shadow, CSS_INLINE);
	if (button && !isInline) button.replaceWith(link);
	else root.append(link);
	let href = new URL('../chats', own).href;
	return {
		show(waiting, dashboardUrl) {
			const count = waiting > 9 ? '9+' : waiting || '';
			href = link.href = dashboardUrl ?? href;
			link.setAttribute('aria-label', count ? `${name} (${count})` : name);
			badge.textContent = `${count}`;
			setUnread(waiting);
		},
		open() {
			// With `inline` there is no button, and opening was not the user's choice.
			if (isInline) return;
			close();
			window.open(href, '_blank', 'noopener');
		},
		remove() {
			if (button && !isInline) link.replaceWith(button);
			link.remove();
		},
	};
}

const CSS_INLINE = `
.dashboard {
	display: flex;
	width: fit-content;
	gap: 8px;
	margin: 24px auto;
	padding: 10px 18px;
	border-radius: var(--r1);
	background: var(--accent);
	color: var(--accent-ink);
	font: var(--t-l);
	text-decoration: none;
}
.dashboard:focus-visible {
	outline: 2px solid var(--focus);
	outline-offset: 2px;
}
.dashboard b:empty {
	display: none;
}`;
