import { isDeepStrictEqual } from 'node:util';
import { askRead, askWrite } from '../database/authorization';
import { type ChannelSession } from './channel-session';
import { type RealtimeContext } from '../context';
import { type Subscriber } from '../hub';
import { isObject, type JsonObject } from '../wire/json';
import { PresenceLimit } from './presence-limit';

/** A reply to the client, or the reason for which its channel is closed. */
export type PresenceResult =
	| { status: 'ok' }
	| { status: 'error'; response: JsonObject }
	| { status: 'shutdown'; message: string };

const refused: PresenceResult = { status: 'error', response: {} };

/** The presence state that a channel sends to the others. */
export class ChannelPresence {
	#tracked: JsonObject | undefined;
	readonly #limit: PresenceLimit;
	readonly #session: ChannelSession;
	readonly #channel: Subscriber;
	readonly #context: RealtimeContext;

	constructor(session: ChannelSession, channel: Subscriber, context: RealtimeContext) {
		this.#session = session;
		this.#channel = channel;
		this.#context = context;
		this.#limit = new PresenceLimit(context.limits.presenceCalls, context.limits.presenceWindowMs);
	}

	/** Handles one presence call, `track` or `untrack` in any case. */
	async handle(payload: unknown): Promise<PresenceResult> {
		if (!isObject(payload) || typeof payload.event !== 'string') return { status: 'ok' };
		if (!this.#limit.take())
			return { status: 'shutdown', message: 'Client presence rate limit exceeded' };
		switch (payload.event.toLowerCase()) {
			case 'track':
				return this.#track(payload.payload ?? {});
			case 'untrack':
				this.stop();
				return { status: 'ok' };
			default:
				return refused;
		}
	}

	/** Tells the others that this channel has left. */
	stop(): void {
		this.#tracked = undefined;
		this.#context.presence.untrack(this.#session.key, this.#channel);
	}

	async #track(payload: unknown): Promise<PresenceResult> {
		if (!(await this.#mayTrack())) return refused;
		if (!isObject(payload))
			return {
				status: 'error',
				response: { reason: 'Presence track payload must be a map' },
			};
		if (isDeepStrictEqual(payload, this.#tracked)) return { status: 'ok' };
		if (Buffer.byteLength(JSON.stringify(payload)) > this.#context.limits.maxPayloadBytes)
			return { status: 'shutdown', message: 'Track message size exceeded' };
		const { key, config } = this.#session;
		this.#context.presence.track(key, this.#channel, config.presenceKey, payload);
		this.#tracked = payload;
		this.#session.presenceEnabled = true;
		return { status: 'ok' };
	}

	/** For a channel that joined without presence, the first track evaluates whether it may read presence. */
	async #mayTrack(): Promise<boolean> {
		const session = this.#session;
		if (session.policies === null) return true;
		if (session.policies.presence.write === null) {
			const { sql, log } = this.#context;
			try {
				if (session.policies.presence.read === null)
					session.policies = await askRead(sql, session.caller, session.policies, true);
				session.policies = await askWrite(sql, session.caller, session.policies);
			} catch (error) {
				log(`realtime: asking about presence on ${session.name} failed: ${String(error)}`);
				return false;
			}
		}
		return session.policies.presence.write === true;
	}
}
