import { mount, unmount } from 'svelte';
import { createTranslator, pickLocale } from '../../src/lib/chat';
import tokens from '../../src/lib/styles/tokens.css?inline';
import type { Panel, PanelContext } from '../panel-context';
import { fetchCatalogue } from './catalogue';
import { missingCss } from './css';
import { createCustomerChat } from './customer-chat.svelte';
import { followLook } from './follow-look';
import panelCss from './panel.css?inline';
import PanelView from './PanelView.svelte';

/**
 * Starts the chat behind the launcher: at first only for badge and sound; the panel shows with `open()`. Rejects when
 * its texts cannot be fetched.
 */
export async function createPanel(context: PanelContext): Promise<Panel> {
	const { root, shadow, signal } = context;
	const locale = pickLocale([context.locale, ...navigator.languages]);
	const t = createTranslator(locale, await fetchCatalogue(locale));
	signal.throwIfAborted();

	context.adoptStyles(shadow, tokens + panelCss + missingCss(shadow));
	context.setNames(t.text('launcher.open'), t.text('launcher.close'));
	followLook(context);
	const chat = createCustomerChat(context);
	const anchor = root.firstChild ?? undefined;
	const view = mount(PanelView, { target: root, anchor, props: { chat, context, t } });
	return {
		open: () => chat.setOpen(true),
		close: () => chat.setOpen(false),
		destroy() {
			chat.destroy();
			void unmount(view);
		},
	};
}
