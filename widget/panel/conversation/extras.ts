import { mount, unmount } from 'svelte';
import { pickLocale } from '../../../src/lib/chat';
import { conversationWords } from '../../../src/lib/chat/i18n/conversation/words';
import { missingCss } from '../css';
import type { PanelParts } from '../panel-parts';
import { fetchConversationCatalogue } from './catalogue';
import Extras from './Extras.svelte';
import sharedCss from './shared.css?inline';

/**
 * Shows what few need to see: how to begin and end a conversation, its rating, the earlier ones. Answers how to take it
 * away again; rejects when its texts cannot be fetched.
 */
export async function showExtras(target: HTMLElement, parts: PanelParts): Promise<() => void> {
	const { context, t } = parts;
	const catalogue = await fetchConversationCatalogue(pickLocale([t.locale]));
	context.adoptStyles(context.shadow, sharedCss + missingCss(context.shadow));
	const words = conversationWords(t, catalogue);
	const view = mount(Extras, { target, props: { ...parts, words } });
	return () => void unmount(view);
}
