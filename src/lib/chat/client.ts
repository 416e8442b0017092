import { ChatApi } from './api/chat-api';
import type { ServerClock } from './api/server-clock';
import { CrossTabConnection } from './realtime/cross-tab/cross-tab-connection';
import type { ChatConnection } from './realtime/topic';
import { browserEnvironment, type ChatEnvironment } from './environment';
import { forgetOthers } from './outbox/forget-others';
import { UserOutbox } from './outbox/user-outbox';
import { AgentApi } from './api/agent-api';
import { TeamApi } from './api/team-api';
import type { AccessTokenSource } from './session/tokens';

export interface ChatClientOptions {
	/** `https://<project>.supabase.co` */
	url: string;
	publishableKey: string;
	/** The signed-in user's access token, or null. With `refresh` the former one was refused: get a new one. */
	accessToken: AccessTokenSource;
	environment?: ChatEnvironment;
}

/** State that chats and inboxes of one page share: the API, the one connection, the server's clock. */
export interface ChatClient {
	readonly api: ChatApi;
	/** The team's functions; without them a client is a customer's. */
	readonly agent?: AgentApi;
	readonly connection: ChatConnection;
	readonly clock: ServerClock;
	readonly environment: ChatEnvironment;
	/** Begins the keys of everything kept in the browser's storage for this project and side. */
	readonly storagePrefix: string;
	/** The outbox of a user, worked from now on; those of other users end, with all that they left in this browser. */
	outboxOf(userId: string): UserOutbox;
	/** Signed out: removes all text and unsent files written here, in every tab. */
	forget(): Promise<void>;
	/** Ends the connection, the outbox and every request. */
	close(): void;
}

/** A client with which the team works. */
export interface AgentClient extends ChatClient {
	readonly agent: AgentApi;
	/** Conversations and who works on them. */
	readonly team: TeamApi;
}

/** A customer's client. */
export const createChatClient = (options: ChatClientOptions): ChatClient => create(options, 'user');

/** The team's client: for `ChatInbox`, and for a `ChatStore` with a `chatId`. */
export function createAgentClient(options: ChatClientOptions): AgentClient {
	const client = create(options, 'agent');
	return { ...client, agent: new AgentApi(client.api), team: new TeamApi(client.api) };
}

function create(options: ChatClientOptions, side: 'user' | 'agent'): ChatClient {
	const { url, publishableKey } = options;
	const environment = options.environment ?? browserEnvironment();
	const api = new ChatApi({ ...options, environment });
	const { clock, tokens } = api;
	const storagePrefix = `support-chat:${new URL(url).host}:${side}:`;
	let outbox: UserOutbox | null = null;
	const connection = new CrossTabConnection({ url, publishableKey, environment, tokens, clock });
	return {
		api,
		connection,
		clock,
		environment,
		storagePrefix,
		outboxOf(userId) {
			if (outbox?.userId === userId && !outbox.storage.isForgotten) return outbox;
			outbox?.stop();
			void forgetOthers(environment, storagePrefix, userId);
			return (outbox = new UserOutbox({
				...{ api, environment, userId },
				prefix: `${storagePrefix}${userId}:`,
			}));
		},
		async forget() {
			await outbox?.forget();
			await forgetOthers(environment, storagePrefix, '');
		},
		close: () => {
			outbox?.stop();
			connection.close();
			api.close();
		},
	};
}
