import { isJoined, type TopicState } from '../realtime/topic';
import type { ChatEnvironment } from '../environment';
import type { ConnectionState } from '../types';
import * as TIMING from '../realtime/timing';

/** The known state of the connection. */
export interface LinkFacts {
	/** Null: nothing is subscribed, so there is no state. */
	topic: TopicState | null;
	/** Requests fail for want of a network. */
	unreachable: boolean;
}

/** Turns the link's state into the displayed state, without showing every short interruption. */
export class ConnectionStatus {
	#state: ConnectionState = 'idle';
	#wasConnected = false;
	#cancel = (): void => {};
	#facts: LinkFacts = { topic: null, unreachable: false };

	readonly #environment: ChatEnvironment;
	readonly #show: (state: ConnectionState) => void;

	constructor(environment: ChatEnvironment, show: (state: ConnectionState) => void) {
		this.#environment = environment;
		this.#show = show;
	}

	update(facts: Partial<LinkFacts>): void {
		this.#facts = { ...this.#facts, ...facts };
		const state = this.#truth();
		if (state === this.#state) return this.#cancel();
		// Show a better state, or none, at once; show a lost connection after a moment, because it may come back.
		if (this.#state !== 'connected' || state === 'idle') return this.#set(state);
		this.#cancel();
		this.#cancel = this.#environment.after(TIMING.reconnectGrace, () => this.#set(this.#truth()));
	}

	stop(): void {
		this.#cancel();
	}

	#truth(): ConnectionState {
		const { topic, unreachable } = this.#facts;
		if (topic === null) return 'idle';
		// A joined topic proves the network, whatever the browser believes.
		if (isJoined(topic)) return 'connected';
		if (!this.#environment.isOnline() || unreachable) return 'offline';
		return this.#wasConnected ? 'reconnecting' : 'connecting';
	}

	#set(state: ConnectionState): void {
		this.#cancel();
		this.#wasConnected = state === 'connected' || (this.#wasConnected && state !== 'idle');
		this.#state = state;
		this.#show(state);
	}
}
