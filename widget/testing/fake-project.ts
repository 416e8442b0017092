import { randomUUID } from 'node:crypto';
import { readBody, serve, type Served } from './serve';

export interface FakeMessage {
	id: string;
	chat_id: string;
	seq: number;
	content: string;
	sender_type: 'user' | 'admin';
	sender_id: string | null;
	sender_name: string | null;
	read_at: string | null;
	created_at: string;
	updated_at: string;
}

const CHAT_ID = '5f0c1b6e-8c1c-4a6e-9a54-0c1f4f6f2a10';
export const USER_ID = '0b7a5a5e-3f57-4b6f-8a3e-1f2d3c4b5a69';

/** A session as Supabase Auth answers it, good for `seconds`. */
export function fakeSession(seconds = 3600, name = 'one', userId = USER_ID) {
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const expires_at = Math.floor(Date.now() / 1000) + seconds;
	const times = { iat: expires_at - 3600, exp: expires_at };
	const token = [{ alg: 'HS256' }, { sub: userId, ...times, role: 'authenticated', name }];
	return {
		access_token: `${token.map(part).join('.')}.x`,
		refresh_token: `refresh-${name}`,
		expires_at,
		expires_in: seconds,
		token_type: 'bearer',
		user: { id: userId },
	};
}

/**
 * A Supabase project as far as the widget's own tests need it: one customer's chat over REST, and no socket at all. The
 * journeys in `e2e/` run against the real thing.
 */
export class FakeProject {
	messages: FakeMessage[] = [];
	awaitingAnswer = false;
	/** Answers every call with this status while it is set. */
	failWith = 0;
	/** Answers each refresh with this status while it is set, as a gateway does. */
	failTokenWith = 0;
	/** Refresh tokens that Auth answers with "Already Used". */
	readonly refusedRefreshTokens = new Set<string>();
	/** Whose session a refresh answers. */
	renewedUser = USER_ID;
	refreshed = 0;
	calls: string[] = [];
	/** The user of each call of a function. */
	callers: string[] = [];
	#served: Served | undefined;

	get url(): string {
		return this.#served?.url ?? '';
	}

	async start(): Promise<void> {
		this.#served = await serve(async (request, response) => {
			response.setHeader('access-control-allow-origin', '*');
			response.setHeader('access-control-allow-headers', '*');
			if (request.method === 'OPTIONS') return void response.end();
			const name = new URL(request.url ?? '', 'http://x').pathname.split('/').at(-1) ?? '';
			this.calls.push(name);
			const body = await readBody(request);
			response.setHeader('content-type', 'application/json');
			response.setHeader('access-control-expose-headers', 'date');
			const { status, answer } =
				name === 'token'
					? this.#token(body)
					: this.#call(name, body, request.headers.authorization);
			response.statusCode = status;
			response.end(JSON.stringify(answer));
		});
	}

	async stop(): Promise<void> {
		await this.#served?.close();
	}

	add(content: string, sender: 'user' | 'admin' = 'admin', id: string = randomUUID()): FakeMessage {
		const known = this.messages.find((message) => message.id === id);
		if (known) return known;
		const now = new Date(Date.now() - 60_000 + this.messages.length).toISOString();
		const message: FakeMessage = {
			id,
			chat_id: CHAT_ID,
			seq: this.messages.length + 1,
			content,
			sender_type: sender,
			sender_id: null,
			sender_name: sender === 'admin' ? 'Mika' : null,
			read_at: null,
			created_at: now,
			updated_at: now,
		};
		this.messages.push(message);
		return message;
	}

	get #unread(): number {
		return this.messages.filter((m) => m.sender_type === 'admin' && !m.read_at).length;
	}

	#call(name: string, body: Record<string, unknown>, authorization = '') {
		const text = Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString() || '{}';
		const { sub, exp } = JSON.parse(text) as { sub?: string; exp?: number };
		const isValid = sub !== undefined && exp !== undefined && exp > Date.now() / 1000;
		const status = this.failWith || (isValid ? 200 : 401);
		if (sub !== undefined && status === 200) this.callers.push(sub);
		return { status, answer: status === 200 ? this.#answer(name, body) : { message: 'no' } };
	}

	#token(body: Record<string, unknown>) {
		if (this.failTokenWith) return { status: this.failTokenWith, answer: { message: 'no' } };
		if (this.refusedRefreshTokens.has(String(body.refresh_token)))
			return { status: 400, answer: { error_code: 'refresh_token_already_used', msg: 'no' } };
		return { status: 200, answer: fakeSession(3600, `fresh${++this.refreshed}`, this.renewedUser) };
	}

	#answer(name: string, body: Record<string, unknown>): unknown {
		const last_seq = this.messages.length;
		const newest = { last_seq, unread_count: this.#unread, admin_viewed_at: null };
		switch (name) {
			case 'get_support_unread':
				return [{ ...newest, chat_id: CHAT_ID, awaiting_answer: this.awaitingAnswer }];
			case 'get_or_create_support_chat':
				return {
					...newest,
					id: CHAT_ID,
					user_id: USER_ID,
					app_name: 'Acme',
					last_message_at: this.messages.at(-1)?.created_at ?? null,
					created_at: new Date(0).toISOString(),
					messages: this.messages.slice(-50),
				};
			case 'send_support_message':
				return this.add(String(body.p_content), 'user', String(body.p_id));
			case 'list_support_messages':
				return this.#page(body);
			case 'mark_support_chat_read':
				return this.#read(Number(body.p_up_to_seq));
			default:
				return null;
		}
	}

	#page(body: Record<string, unknown>): FakeMessage[] {
		const limit = Number(body.p_limit ?? 50);
		const { p_before_seq: before, p_after_seq: after } = body;
		if (before != null) return this.messages.filter((m) => m.seq < Number(before)).slice(-limit);
		return this.messages.filter((m) => m.seq > Number(after ?? 0)).slice(0, limit);
	}

	#read(up_to_seq: number): unknown {
		const read_at = new Date().toISOString();
		for (const message of this.messages) {
			if (message.sender_type === 'admin' && message.seq <= up_to_seq) message.read_at ??= read_at;
		}
		return { up_to_seq, read_at, unread_count: this.#unread };
	}
}
