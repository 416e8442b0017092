import { error } from '@sveltejs/kit';
import { viewOf } from '$lib/dashboard/inbox/inbox-url';
import { strings } from '$lib/dashboard/strings/dashboard';
import { createServerChatApi, orThrow } from '$lib/server/chat-api';
import type { LayoutServerLoad } from './$types';

/** Every team page shows the inbox, so its first page of rows and its counts are loaded here. */
export const load: LayoutServerLoad = async ({ locals, url }) => {
	const { config, agent, user } = locals;
	if (!config || !agent || !user) error(403, { message: strings.noAccess.title });
	const view = viewOf(url);
	const search = (url.searchParams.get('q') ?? '').slice(0, 200);
	const api = createServerChatApi(locals);
	const [chats, counts] = await Promise.all([
		api.listChats({ view, search, before: null }),
		api.getCounts(),
	]);
	return {
		config,
		agent,
		email: user.email,
		inbox: { view, search, chats: orThrow(chats), counts: orThrow(counts) } as const,
	};
};
