import { createChatClient, pickLocale, type ChatError, type Translator } from '$chat';
import { isCount, isFlag, isText, orNull, shape } from '$chat/api/guards';
import { conversationWords } from '$chat/i18n/conversation/words';
import { Live } from '$chat/sync/live';
import { SessionWatch } from '$chat/session/session-watch';
import { isJoined } from '$chat/realtime/topic';
import type { Panel, RoleContext } from '../panel-context';
import { fetchConversationCatalogue } from './conversation/catalogue';
import { createDashboardLink } from './dashboard-link';

/** The result of `get_support_unread()` for agents. */
const isAgentUnread = orNull(
	shape<{ is_staff: boolean; waiting_count: number | null; dashboard_url: string | null }>({
		is_staff: isFlag,
		waiting_count: orNull(isCount),
		dashboard_url: orNull(isText),
	}),
);
/** Conversations that change together are counted once, after this pause; and periodically, milliseconds. */
const PAUSE = 500;
const LOOK_AGAIN = 30_000;

/** Creates the agents' replacement for the chat. `onCustomer`: the user changed to one who is not an agent. */
export async function createAgentPanel(
	t: Translator,
): Promise<(context: RoleContext, onCustomer: () => void) => Panel> {
	const catalogue = await fetchConversationCatalogue(pickLocale([t.locale]));
	const words = conversationWords(t, catalogue);
	return (context, onCustomer) => showDashboardLink(context, words.text('agent.open'), onCustomer);
}

/** The launcher becomes a link to the dashboard, with the number of customers who wait. */
function showDashboardLink(context: RoleContext, name: string, onCustomer: () => void): Panel {
	const { options } = context;
	const link = createDashboardLink(context, name);
	const client = createChatClient({
		url: options.supabaseUrl,
		publishableKey: options.publishableKey,
		accessToken: context.createTokenSource(context, () => {
			client.connection.sessionChanged();
			session.recheck();
		}),
	});
	const { api, environment } = client;
	let live: Live | null = null;
	let cancel = () => {};

	async function count(userId: string): Promise<ChatError | null> {
		const { data, error } = await api.row('get_support_unread', {}, isAgentUnread, userId);
		if (error) return error;
		if (!data?.is_staff) onCustomer();
		else link.show(data.waiting_count ?? 0, data.dashboard_url);
		return null;
	}
	const session = new SessionWatch(
		environment,
		api.tokens,
		(userId) => {
			live?.stop();
			const mine = new Live({
				client,
				userId,
				topic: () => 'admin_support_notifications',
				onEvent: () => {
					cancel();
					cancel = environment.after(PAUSE, () => void mine.request());
				},
				onTopic: (state) => void (isJoined(state) && mine.request()),
				onConnection: () => {},
				catchUp: () => count(userId),
				pollEvery: () => LOOK_AGAIN,
			});
			live = mine;
			mine.apply();
			void mine.request();
		},
		onCustomer,
	);
	session.start();
	const unlisten = environment.on('wake', () => void live?.request());
	return {
		open: () => link.open(),
		close() {},
		destroy() {
			unlisten();
			cancel();
			session.stop();
			live?.stop();
			client.close();
			link.remove();
		},
	};
}
