import { OwnConnection } from './own-connection';
import type { PhoenixOptions } from './phoenix-socket';
import { CrossTabConnection } from './cross-tab/cross-tab-connection';
import type { ChatConnection } from './topic';

export type { ChatConnection } from './topic';

export interface ConnectionOptions extends PhoenixOptions {
	/** One connection for all tabs of this user, where the browser can. */
	share: boolean;
}

export function createConnection({ share, ...options }: ConnectionOptions): ChatConnection {
	const { locks } = options.environment;
	return share && locks ? new CrossTabConnection(options, locks) : new OwnConnection(options);
}
