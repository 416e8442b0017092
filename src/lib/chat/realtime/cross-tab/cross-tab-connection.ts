import type { ChatConnection, TopicListener, TopicSubscription } from '../topic';
import type { PhoenixOptions } from '../phoenix-socket';
import { TabGroup } from './tab-group';

/**
 * One Realtime connection for all tabs of a user: the tab that holds a Web Lock has the socket, a BroadcastChannel passes
 * events on. Tabs of another user, or of none, never share: the user's id is in the names of lock and channel.
 */
export class CrossTabConnection implements ChatConnection {
	readonly #groups = new Map<string, TabGroup>();
	readonly #options: PhoenixOptions;

	constructor(options: PhoenixOptions) {
		this.#options = options;
	}

	subscribe(topic: string, userId: string, listener: TopicListener): TopicSubscription {
		const group = this.#groups.get(userId) ?? new TabGroup(this.#options, userId);
		this.#groups.set(userId, group);
		return group.subscribe(topic, listener);
	}

	sessionChanged(): void {
		for (const group of this.#groups.values()) group.sessionChanged();
	}

	close(): void {
		for (const group of this.#groups.values()) group.close();
		this.#groups.clear();
	}
}
