import { randomBytes } from 'node:crypto';
import { type Hub, type Subscriber } from '../hub';
import { type JsonObject } from '../wire/json';

/** The presence of one channel; `phx_ref` changes with every update. */
export type PresenceMeta = JsonObject & { phx_ref: string };
/** Presence keys, and the state of every channel with that key. */
export type PresenceState = Record<string, { metas: PresenceMeta[] }>;

interface Entry {
	key: string;
	meta: PresenceMeta;
}

/** The presences of each topic. Each change is sent at once to everyone on the topic. */
export class PresenceTracker {
	readonly #hub: Hub;
	readonly #topics = new Map<string, Map<Subscriber, Entry>>();

	constructor(hub: Hub) {
		this.#hub = hub;
	}

	/** Adds the channel, or replaces its state. */
	track(topic: string, channel: Subscriber, key: string, payload: JsonObject): void {
		const entries = this.#topics.get(topic) ?? new Map<Subscriber, Entry>();
		this.#topics.set(topic, entries);
		const previous = entries.get(channel)?.meta;
		const meta = { ...payload, phx_ref: randomBytes(9).toString('base64url') };
		const update = previous ? { phx_ref_prev: previous.phx_ref } : {};
		entries.set(channel, { key, meta });
		this.#publish(topic, {
			joins: { [key]: { metas: [{ ...meta, ...update }] } },
			leaves: previous ? { [key]: { metas: [previous] } } : {},
		});
	}

	/** Removes the channel, if it is present. */
	untrack(topic: string, channel: Subscriber): void {
		const entries = this.#topics.get(topic);
		const entry = entries?.get(channel);
		if (!entries || !entry) return;
		entries.delete(channel);
		if (entries.size === 0) this.#topics.delete(topic);
		this.#publish(topic, { joins: {}, leaves: { [entry.key]: { metas: [entry.meta] } } });
	}

	/** Everyone who is present on the topic. */
	state(topic: string): PresenceState {
		const state = new Map<string, PresenceMeta[]>();
		for (const { key, meta } of this.#topics.get(topic)?.values() ?? [])
			state.set(key, [...(state.get(key) ?? []), meta]);
		return Object.fromEntries([...state].map(([key, metas]) => [key, { metas }]));
	}

	#publish(topic: string, payload: { joins: PresenceState; leaves: PresenceState }): void {
		this.#hub.publish(topic, { kind: 'json', event: 'presence_diff', payload });
	}
}
