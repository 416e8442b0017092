/** The round button with its badge. */
export interface Launcher {
	button: HTMLButtonElement;
	show(name: string, open: boolean, unread: number): void;
	/** Shows a text above the button; an empty text hides it. */
	notify(text: string): void;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Created node by node: no markup is parsed, which Trusted Types would refuse. */
export function createLauncher(root: HTMLElement): Launcher {
	const button = document.createElement('button');
	const icon = document.createElementNS(SVG, 'svg');
	const path = document.createElementNS(SVG, 'path');
	const badge = document.createElement('b');
	// Present from the start, so that screen readers announce later texts.
	const notice = document.createElement('p');
	button.className = 'launcher';
	notice.className = 'sc-notice';
	notice.setAttribute('role', 'alert');
	icon.setAttribute('viewBox', '0 0 24 24');
	icon.append(path);
	button.append(icon, badge);
	root.append(notice, button);
	return {
		button,
		show(name, open, unread) {
			const count = unread > 9 ? '9+' : `${unread || ''}`;
			// A cross, or a speech bubble.
			path.setAttribute('d', open ? 'M6 6l12 12M18 6L6 18' : 'M4 5h16v11H9l-5 4z');
			badge.textContent = count;
			button.setAttribute('aria-label', count ? `${name} (${count})` : name);
			button.setAttribute('aria-expanded', `${open}`);
		},
		notify: (text) => (notice.textContent = text),
	};
}
