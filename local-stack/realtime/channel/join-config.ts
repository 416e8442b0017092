import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isObject, type JsonObject } from '../wire/json';

/** The options that a client sends with a join. */
export interface JoinConfig {
	private: boolean;
	ackBroadcast: boolean;
	selfBroadcast: boolean;
	/** Whether to report when the database stream is up. */
	replicationReady: boolean;
	/** Undefined: not requested. Otherwise the client's value, not yet validated. */
	replay: { params: unknown } | undefined;
	presenceEnabled: boolean;
	presenceKey: string;
	postgresChanges: JsonObject[];
	/** Undefined: the socket's own key is used. */
	accessToken: string | undefined;
}

/** Also accepts "true" and "false" in any case; any other value is the default. */
const flag = z
	.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })])
	.catch(false);
const section = z.record(z.string(), z.unknown()).catch({});
const token = z.string().optional().catch(undefined);

/**
 * Reads a join's payload. Parts of the wrong type are ignored, as on the real server.
 * @returns undefined if the payload, or its `config`, is not an object at all
 */
export function parseJoinConfig(payload: unknown): JoinConfig | undefined {
	if (!isObject(payload)) return undefined;
	const { config = {}, user_token, access_token } = payload;
	if (!isObject(config)) return undefined;
	const broadcast = section.parse(config.broadcast);
	const presence = section.parse(config.presence);
	const { postgres_changes: changes } = config;
	return {
		private: flag.parse(config.private),
		ackBroadcast: flag.parse(broadcast.ack),
		selfBroadcast: flag.parse(broadcast.self),
		replicationReady: flag.parse(broadcast.replication_ready),
		replay: 'replay' in broadcast ? { params: broadcast.replay } : undefined,
		presenceEnabled: flag.parse(presence.enabled),
		presenceKey: z
			.string()
			.min(1)
			.catch(() => randomUUID())
			.parse(presence.key),
		postgresChanges: Array.isArray(changes) ? changes.filter(isObject) : [],
		accessToken: chooseToken(token.parse(user_token), token.parse(access_token)),
	};
}

/** API keys are not tokens of a user: with an API key, the socket's own key is used. */
function chooseToken(userToken?: string, accessToken?: string): string | undefined {
	const first = accessToken ?? userToken;
	if (first?.startsWith('sb_')) return undefined;
	return userToken ?? accessToken;
}
