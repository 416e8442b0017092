import { mount, unmount } from 'svelte';
import tokens from '../../src/lib/styles/tokens.css?inline';
import { createTranslator, loadCatalogue, pickLocale } from '../../src/lib/chat';
import panelCss from './panel.css?inline';
import type { Panel, PanelContext } from '../types';
import { createCustomerChat } from './customer-chat.svelte';
import { collectedCss } from './css';
import { followLook } from './follow-look';
import PanelView from './PanelView.svelte';

const styled = new WeakSet<ShadowRoot>();

/** Starts the chat behind the launcher: at first only for badge and sound; the panel shows with `open()`. */
export function createPanel(context: PanelContext): Panel {
	const { root, shadow } = context;
	if (!styled.has(shadow)) {
		context.adoptStyles(shadow, tokens + panelCss + collectedCss());
		styled.add(shadow);
	}
	followLook(context);
	const chat = createCustomerChat(context);
	let view: ReturnType<typeof mount> | null = null;
	let ended = false;

	const locale = pickLocale([context.locale, ...navigator.languages]);
	void loadCatalogue(locale).then((catalogue) => {
		if (ended) return;
		const t = createTranslator(locale, catalogue);
		context.setNames(t.text('launcher.open'), t.text('launcher.close'));
		const anchor = root.firstChild ?? undefined;
		view = mount(PanelView, { target: root, anchor, props: { chat, context, t } });
	});
	return {
		open: () => chat.setOpen(true),
		close: () => chat.setOpen(false),
		destroy() {
			ended = true;
			chat.destroy();
			if (view) void unmount(view);
		},
	};
}
