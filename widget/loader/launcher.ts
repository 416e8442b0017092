import { element, icon } from './dom';
import { launcherLabels } from './labels';

/** The round button with its badge. */
export interface Launcher {
	button: HTMLButtonElement;
	show(state: { open: boolean; unread: number; busy: boolean }): void;
	/** Says under the button that the panel could not be loaded, or takes it back. */
	fail(failed: boolean): void;
}

export function createLauncher(root: HTMLElement, locale: string): Launcher {
	const labels = launcherLabels(locale);
	const badge = element('span', { class: 'badge' });
	const button = element(
		'button',
		{ type: 'button', class: 'launcher' },
		icon('M4 5h16v11H9l-5 4z', 'bubble'),
		icon('M6 6l12 12M18 6L6 18', 'cross'),
		badge,
	);
	// Present from the start, so that screen readers notice what comes into it.
	const notice = element('p', { class: 'notice', role: 'alert' });
	root.append(notice, button);
	return {
		button,
		show({ open, unread, busy }) {
			const count = unread > 9 ? '9+' : `${unread}`;
			const words = (unread === 1 ? labels.one : labels.other).replace('#', count);
			const name = open ? labels.close : labels.open;
			badge.textContent = unread ? count : '';
			button.setAttribute('aria-label', unread ? `${name}, ${words}` : name);
			button.setAttribute('aria-expanded', `${open}`);
			button.setAttribute('aria-busy', `${busy}`);
		},
		fail: (failed) => (notice.textContent = failed ? labels.failed : ''),
	};
}
