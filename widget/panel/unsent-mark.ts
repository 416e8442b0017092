import type { Translator } from '$chat';
import type { PanelContext } from '../panel-context';

/** Shows on the button, and in its name, that messages are not sent. */
export function createUnsentMark(
	{ root, setNames, emit }: PanelContext,
	t: Translator,
): { show(count: number): void; remove(): void } {
	const mark = document.createElement('i');
	let shown = 0;
	mark.className = 'sc-unsent';
	mark.textContent = '!';
	mark.setAttribute('aria-hidden', 'true');
	const nameIt = (count: number) => {
		const more = count ? `, ${t.plural('launcher.unsent', count)}` : '';
		setNames(t.text('launcher.open') + more, t.text('launcher.close') + more);
	};
	nameIt(0);
	return {
		show(count) {
			if (count === shown) return;
			shown = count;
			if (count) root.querySelector('.launcher')?.append(mark);
			else mark.remove();
			nameIt(count);
			emit('unsent', { count });
		},
		remove: () => mark.remove(),
	};
}
