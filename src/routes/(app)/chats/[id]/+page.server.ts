import { error, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import type { SupportMessage } from '$chat';
import { strings } from '$lib/dashboard/strings/dashboard';
import { createServerChatApi, orThrow } from '$lib/server/chat-api';
import type { Actions, PageServerLoad } from './$types';

const uuid = z.guid();

export const load: PageServerLoad = async (event) => {
	const { api, chatId } = open(event);
	const before = orThrow(await api.getChat(chatId));
	const viewed = orThrow(await api.markViewed(chatId));
	// Messages that arrived in between count as viewed, so they must be shown.
	const isStale = viewed.message_count !== before.message_count;
	const chat = isStale ? orThrow(await api.getChat(chatId)) : { ...before, ...viewed };
	return { chat, newFromId: firstUnseen(chat.messages, before.admin_viewed_at) };
};

export const actions: Actions = {
	archive: (event) => move(event, true),
	restore: (event) => move(event, false),
};

/**
 * The customer's first message since an agent last viewed the chat; none if no agent has viewed it, because then all
 * messages are new.
 */
function firstUnseen(messages: SupportMessage[], viewedAt: string | null): string | null {
	if (viewedAt === null) return null;
	const viewed = Date.parse(viewedAt);
	const isUnseen = (message: SupportMessage) =>
		message.sender_type === 'user' && Date.parse(message.created_at) > viewed;
	return messages.find(isUnseen)?.id ?? null;
}

async function move(event: RequestEvent, archived: boolean) {
	const { api, chatId } = open(event);
	return { chat: orThrow(await api.setArchived(chatId, archived)) };
}

/** The API as this agent, and the chat of the address. */
function open({ locals, params }: RequestEvent) {
	// Not an id: the same response as for a chat that does not exist.
	const chatId = uuid.safeParse(params.id).data;
	if (!chatId) error(404, { message: strings.chat.missingBody });
	return { api: createServerChatApi(locals), chatId };
}
