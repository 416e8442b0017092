import type { Translator } from '$chat';
import type { PanelContext } from '../panel-context';

/** Shows on the button, and in its name, that messages are not sent. */
export function createUnsentMark(
	{ root, setNames, emit }: PanelContext,
	t: Translator,
): { show(count: number): void; remove(): void } {
	let shown = 0;
	const nameIt = (count: number) => {
		const more = count ? `, ${t.plural('launcher.unsent', count)}` : '';
		setNames(t.text('launcher.open') + more, t.text('launcher.close') + more);
	};
	nameIt(0);
	return {
		show(count) {
			if (count === shown) return;
			shown = count;
			root.classList.toggle('unsent', count > 0);
			nameIt(count);
			emit('unsent', { count });
		},
		remove: () => root.classList.remove('unsent'),
	};
}
