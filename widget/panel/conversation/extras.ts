import { pickLocale, type Translator } from '$chat';
import { conversationWords, type ConversationWords } from '$chat/i18n/conversation/words';
import type { PanelContext } from '../../panel-context';
import { adoptStyles } from '../../styles';
import { fetchConversationCatalogue } from './catalogue';
import Extras from './Extras.svelte';
import sharedCss from './shared.css?inline';

export interface LoadedExtras {
	View: typeof Extras;
	words: ConversationWords;
}

/**
 * Rarely used parts: starting and ending a conversation, its rating, the earlier ones. Rejects when its texts
 * cannot be fetched.
 */
export async function loadExtras(context: PanelContext, t: Translator): Promise<LoadedExtras> {
	const catalogue = await fetchConversationCatalogue(pickLocale([t.locale]));
	adoptStyles(context.shadow, sharedCss);
	return { View: Extras, words: conversationWords(t, catalogue) };
}
