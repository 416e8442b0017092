import { type Caller, type Policies } from '../database/authorization';
import { type Ref } from '../wire/frames';
import { hubKey } from '../hub';
import { type JoinConfig } from './join-config';
import { type Claims } from '../jwt';

/** One accepted join: its caller, its options and its rights so far. */
export class ChannelSession {
	/** `realtime:` and the name. */
	readonly topic: string;
	/** The topic in policies and SQL. */
	readonly name: string;
	readonly joinRef: Ref;
	readonly config: JoinConfig;
	readonly headers: Record<string, string>;
	/** The name in the hub, which separates public and private topics. */
	readonly key: string;
	token: string;
	claims: Claims;
	/** Null on public channels, where every client has all rights. */
	policies: Policies | null;
	presenceEnabled: boolean;

	constructor(join: {
		topic: string;
		name: string;
		joinRef: Ref;
		config: JoinConfig;
		headers: Record<string, string>;
		token: string;
		claims: Claims;
		policies: Policies | null;
	}) {
		this.topic = join.topic;
		this.name = join.name;
		this.joinRef = join.joinRef;
		this.config = join.config;
		this.headers = join.headers;
		this.key = hubKey(join.name, join.config.private);
		this.token = join.token;
		this.claims = join.claims;
		this.policies = join.policies;
		this.presenceEnabled = join.config.presenceEnabled;
	}

	get caller(): Caller {
		return { topic: this.name, claims: this.claims, headers: this.headers };
	}

	get mayReadBroadcast(): boolean {
		return this.policies === null || this.policies.broadcast.read === true;
	}

	get mayReadPresence(): boolean {
		return this.policies === null || this.policies.presence.read === true;
	}
}
