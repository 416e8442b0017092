import type { Formatter, Translator } from '../../src/lib/chat';
import type { PanelContext } from '../types';
import type { CustomerChat } from './customer-chat.svelte';

/** What the panel hands to the parts that are fetched when they are needed. */
export interface PanelParts {
	chat: CustomerChat;
	context: PanelContext;
	t: Translator;
	format: Formatter;
}
