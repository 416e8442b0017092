import { type RealtimeChannel, type SupabaseClient } from '@supabase/supabase-js';

/** The payload that a supabase-js channel callback gets for a broadcast. */
export interface Received {
	event: string;
	payload: Record<string, unknown>;
	meta?: { id: string };
}

/** A channel, its received messages, and functions that wait for more. */
export interface Listening {
	channel: RealtimeChannel;
	heard: Received[];
	/** Resolves when this many broadcasts were received. */
	count(n: number): Promise<void>;
	/** Resolves when the channel's state, as `subscribe` reports it, is this one. */
	state(wanted: string): Promise<void>;
}

/** Joins a private topic and records its broadcasts. */
export async function listenTo(
	client: SupabaseClient,
	topic: string,
	config: { broadcast?: object; presence?: object } = {},
): Promise<Listening> {
	await client.realtime.setAuth();
	const heard: Received[] = [];
	const states: string[] = [];
	const waiting = new Set<() => void>();
	const look = (): void => {
		for (const each of waiting) each();
	};
	const until = (done: () => boolean): Promise<void> =>
		new Promise((resolve) => {
			const check = (): void => {
				if (!done()) return;
				waiting.delete(check);
				resolve();
			};
			waiting.add(check);
			check();
		});
	const channel = client.channel(topic, { config: { private: true, ...config } });
	channel.on('broadcast', { event: '*' }, (message) => {
		heard.push(message as unknown as Received);
		look();
	});
	channel.subscribe((state) => {
		states.push(state);
		look();
	});
	return {
		channel,
		heard,
		count: (n) => until(() => heard.length >= n),
		state: (wanted) => until(() => states.includes(wanted)),
	};
}
