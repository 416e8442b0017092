import { createChatClient, createAgentClient, type ChatClient } from '../client';
import { ChatStore } from '../chat/chat-store.svelte';
import type { ChatOptions } from '../chat/chat-types';
import type { SupportMessage } from '../types';
import type { FakeTab } from './fake-browser';
import type { FakeServer } from './fake-server';

/** A chat in one tab, with what happened in it. */
export interface OpenChat {
	tab: FakeTab;
	client: ChatClient;
	store: ChatStore;
	/** Messages that made a sound here. */
	heard: SupportMessage[];
	/** Who is signed in; null for no one. Call `store.sessionChanged()` after a change. */
	session: { userId: string | null; token: string | null };
	close(): void;
}

/** Opens a chat in a tab, as widget and dashboard do. */
export function openChat(
	server: FakeServer,
	tab: FakeTab,
	userId: string,
	options: Partial<ChatOptions> = {},
	/** Another chat of the same page, which shares its client and session. */
	page?: Pick<OpenChat, 'client' | 'session'>,
): OpenChat {
	const session: OpenChat['session'] = page?.session ?? { userId, token: server.token(userId) };
	const create = options.role === 'agent' ? createAgentClient : createChatClient;
	const client =
		page?.client ??
		create({
			url: 'https://project.test',
			publishableKey: 'sb_publishable_x',
			environment: tab,
			accessToken: (request) => {
				if (request?.refresh && session.userId) session.token = server.token(session.userId);
				return Promise.resolve(session.token);
			},
		});
	const heard: SupportMessage[] = [];
	const store = new ChatStore(client, {
		role: 'user',
		onNewMessages: (messages) => void heard.push(...messages),
		...options,
	});
	store.start();
	const close = (): void => {
		store.stop();
		client.close();
	};
	return { tab, client, store, heard, session, close };
}
