import { OPEN_LABEL, OPEN_LABELS } from './labels';

/** The round button with its badge. */
export interface Launcher {
	button: HTMLButtonElement;
	/** How it is called when closed and when open. */
	names: [string, string];
	show(open: boolean, unread: number): void;
	/** Says something above the button, or nothing. */
	notify(text: string): void;
}

const SVG = 'http://www.w3.org/2000/svg';
const BUBBLE = 'M4 5h16v11H9l-5 4z';
const CROSS = 'M6 6l12 12M18 6L6 18';

/** Made node by node: no markup is parsed, so that Trusted Types have nothing to object to. */
export function createLauncher(root: HTMLElement, locale: string): Launcher {
	const name = OPEN_LABELS[locale.slice(0, 2)] ?? OPEN_LABEL;
	const button = document.createElement('button');
	const icon = document.createElementNS(SVG, 'svg');
	const path = document.createElementNS(SVG, 'path');
	const badge = document.createElement('b');
	// Present from the start, so that screen readers notice what comes into it.
	const notice = document.createElement('p');
	button.className = 'launcher';
	notice.className = 'sc-notice';
	notice.role = 'alert';
	icon.setAttribute('viewBox', '0 0 24 24');
	icon.append(path);
	button.append(icon, badge);
	root.append(notice, button);
	const launcher: Launcher = {
		button,
		names: [name, name],
		show(open, unread) {
			const count = unread > 9 ? '9+' : unread || '';
			path.setAttribute('d', open ? CROSS : BUBBLE);
			badge.textContent = `${count}`;
			button.ariaLabel = launcher.names[open ? 1 : 0] + (count && ` (${count})`);
			button.ariaExpanded = `${open}`;
		},
		notify: (text) => (notice.textContent = text),
	};
	return launcher;
}
