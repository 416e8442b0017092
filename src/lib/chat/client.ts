import { createChatApi, type AccessTokenSource, type ChatApi } from './api';
import type { ServerClock } from './clock';
import { createConnection, type ChatConnection } from './connection';
import { browserEnvironment, type ChatEnvironment } from './environment';

export interface ChatClientOptions {
	/** `https://<project>.supabase.co` */
	url: string;
	publishableKey: string;
	/** The signed-in user's access token, or null. With `refresh` the former one was refused: get a new one. */
	accessToken: AccessTokenSource;
	/** One Realtime connection for all tabs of this user (default true). */
	shareAcrossTabs?: boolean;
	environment?: ChatEnvironment;
}

/** What threads and inboxes of one page share: the API, the one connection, the server's clock. */
export interface ChatClient {
	readonly api: ChatApi;
	readonly connection: ChatConnection;
	readonly clock: ServerClock;
	readonly environment: ChatEnvironment;
	/** Begins the keys of everything kept in the browser's storage for this project. */
	readonly storagePrefix: string;
	/** Ends the connection and every request. */
	close(): void;
}

export function createChatClient(options: ChatClientOptions): ChatClient {
	const environment = options.environment ?? browserEnvironment();
	const api = createChatApi({ ...options, environment });
	const connection = createConnection({
		...options,
		environment,
		tokens: api.tokens,
		clock: api.clock,
		share: options.shareAcrossTabs ?? true,
	});
	return {
		api,
		connection,
		clock: api.clock,
		environment,
		storagePrefix: `support-chat:${new URL(options.url).host}:`,
		close: () => {
			connection.close();
			api.close();
		},
	};
}
