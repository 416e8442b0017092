import type { SocketHandlers, SocketLike } from '../environment';
import type { SupportChatListItem, SupportMessage } from '../types';
import type { FakeNetwork } from './fake-browser';
import type { FakeTime } from './fake-time';

export type Fault =
	/** The request never arrives. */
	| 'lost'
	/** It is done, but the answer never arrives. */
	| 'cut'
	| 'unavailable'
	/** A captive portal answers. */
	| 'portal'
	/** Done, and answered much later. */
	| 'slow'
	/** Never answered. */
	| 'hang';

interface Chat {
	id: string;
	userId: string;
	messages: SupportMessage[];
	viewedAt: string | null;
	archived: boolean;
	createdAt: string;
	/** How many messages there once were besides. */
	erased: number;
}

interface ServerSocket {
	handlers: SocketHandlers;
	/** Joined topics with their join_ref and the user who joined. */
	joins: Map<string, { ref: string; userId: string; exp: number }>;
	open: boolean;
}

type Args = Record<string, unknown>;

/** The answer of a stubbed function, instead of rows. */
export class Refusal {
	readonly body: { code: string; message: string };

	constructor(
		readonly status: number,
		code: string,
	) {
		this.body = { code: `PT${status}`, message: code };
	}
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A model of the backend: rows under one clock, broadcasts that are lost, doubled and reordered, responses that never arrive.
 * It has the interfaces of PostgREST and Phoenix, so that everything on the client's side is real.
 */
export class FakeServer implements FakeNetwork {
	readonly chats = new Map<string, Chat>();
	readonly agents = new Set<string>();
	readonly calls: { name: string; args: Args; userId: string }[] = [];
	readonly sockets = new Set<ServerSocket>();
	/** Faults for the next calls, in order. */
	readonly faults: Fault[] = [];
	/** The fate of each broadcast, per receiver. */
	broadcastFate: () => 'deliver' | 'lose' | 'double' | 'late' = () => 'deliver';
	/** The stream from the database is up: without it joins succeed and nothing comes. */
	streaming = true;
	socketsBlocked = false;
	/** Every call fails. */
	down = false;
	/** These functions fail. */
	readonly broken = new Set<string>();
	/** Sending to these chats fails. */
	readonly brokenChats = new Set<string>();
	/** Tokens that are not accepted any more. */
	readonly revoked = new Set<string>();
	tokenLife = 3_600_000;
	joinRefusals = 0;
	/** Functions of the database that a test stands in for. */
	readonly functions = new Map<string, (args: Args) => unknown>();

	constructor(readonly time: FakeTime) {}

	token(userId: string, life = this.tokenLife): string {
		const claims = {
			sub: userId,
			exp: Math.floor((this.time.now + life) / 1000),
			jti: Math.random(),
		};
		return `${base64({ alg: 'none' })}.${base64(claims)}.x`;
	}

	chatOf(userId: string): Chat {
		for (const chat of this.chats.values()) if (chat.userId === userId) return chat;
		const createdAt = this.#iso();
		const id = crypto.randomUUID();
		const chat = {
			id,
			userId,
			messages: [],
			viewedAt: null,
			archived: false,
			createdAt,
			erased: 0,
		};
		this.chats.set(id, chat);
		return chat;
	}

	/** Stores a message and broadcasts it, as the triggers do. */
	store(chat: Chat, id: string, content: string, senderId: string): SupportMessage {
		const known = chat.messages.find((message) => message.id === id);
		if (known) return known;
		const sender_type = senderId === chat.userId ? 'user' : 'admin';
		const at = this.#iso();
		const message: SupportMessage = {
			...{
				id,
				chat_id: chat.id,
				seq: chat.messages.length + chat.erased + 1,
				content,
				sender_type,
			},
			...{ sender_id: senderId, sender_name: sender_type === 'admin' ? 'Mika' : null },
			...{ read_at: null, created_at: at, updated_at: at },
		};
		chat.messages.push(message);
		if (sender_type === 'user') chat.archived = false;
		this.broadcast(`support_chat:${chat.id}`, 'new_message', {
			type: 'new_message',
			message: { ...message },
		});
		if (sender_type === 'user')
			this.broadcast('admin_support_notifications', 'new_user_message', {
				...{ type: 'new_user_message', chat_id: chat.id, user_email: `${chat.userId}@example.com` },
				...{ message: { ...message }, chat: this.listItem(chat) },
			});
		else this.#announceChat(chat);
		return message;
	}

	/** Deletes a conversation: its messages go, and their numbers stay used. */
	erase(chat: Chat, which: (message: SupportMessage) => boolean): void {
		const left = chat.messages.filter((message) => !which(message));
		chat.erased += chat.messages.length - left.length;
		chat.messages = left;
		this.broadcast(`support_chat:${chat.id}`, 'conversation_deleted', { chat_id: chat.id });
	}

	listItem(chat: Chat): SupportChatListItem {
		const last = chat.messages.at(-1);
		const lastOfUser = chat.messages.findLast((message) => message.sender_type === 'user');
		return {
			...{
				id: chat.id,
				user_id: chat.userId,
				user_email: `${chat.userId}@example.com`,
				user_name: null,
			},
			last_message_at: last?.created_at ?? null,
			last_message_preview: last?.content ?? null,
			last_message_sender: last?.sender_type ?? null,
			message_count: chat.messages.length,
			unread:
				lastOfUser !== undefined &&
				(chat.viewedAt === null || lastOfUser.created_at > chat.viewedAt),
			...{ archived: chat.archived, created_at: chat.createdAt, admin_viewed_at: chat.viewedAt },
		};
	}

	broadcast(topic: string, event: string, payload: Args): void {
		if (!this.streaming) return;
		for (const socket of this.sockets) {
			if (!socket.joins.has(topic)) continue;
			const fate = this.broadcastFate();
			if (fate === 'lose') continue;
			const frame = binaryBroadcast(`realtime:${topic}`, event, payload);
			const send = (): void => this.#send(socket, frame);
			this.time.after(fate === 'late' ? 400 : 5, send);
			if (fate === 'double') this.time.after(30, send);
		}
	}

	cutSockets(): void {
		for (const socket of [...this.sockets]) this.#close(socket);
	}

	async fetch(url: string, init: RequestInit): Promise<Response> {
		const fault = this.down ? 'unavailable' : this.faults.shift();
		if (fault === 'lost') throw new TypeError('Failed to fetch');
		if (fault === 'portal') return answer(200, '<html>Welcome to the airport</html>', 0);
		if (fault === 'unavailable')
			return this.#answer(503, { code: 'PGRST001', message: 'no connection' });
		await this.#wait(20);
		const name = url.split('/').at(-1) ?? '';
		if (this.broken.has(name)) return this.#answer(broken.status, broken.body);
		const { status, body } = this.#call(name, init);
		if (fault === 'hang') await new Promise(() => {});
		await this.#wait(fault === 'slow' ? 9_000 : 20);
		if (fault === 'cut') throw new TypeError('Failed to fetch');
		return this.#answer(status, body);
	}

	openSocket(_url: string, handlers: SocketHandlers): SocketLike | null {
		const socket: ServerSocket = { handlers, joins: new Map(), open: false };
		if (this.socketsBlocked || this.down) this.time.after(10, () => handlers.onClose());
		else
			this.time.after(30, () => {
				socket.open = true;
				this.sockets.add(socket);
				handlers.onOpen();
			});
		return {
			send: (data) => void this.time.after(5, () => socket.open && this.#received(socket, data)),
			close: () => this.#close(socket),
		};
	}

	/** The effect of token expiry on joined channels. */
	expireJoins(): void {
		for (const socket of this.sockets)
			for (const [topic, join] of socket.joins)
				if (join.exp <= this.time.now / 1000) this.#expire(socket, topic, join.ref);
	}

	#expire(socket: ServerSocket, topic: string, ref: string): void {
		socket.joins.delete(topic);
		const message = 'Token has expired 0 seconds ago';
		const payload = { message, status: 'error', extension: 'system', channel: topic };
		this.#send(socket, JSON.stringify([ref, null, `realtime:${topic}`, 'system', payload]));
		this.#send(socket, JSON.stringify([ref, ref, `realtime:${topic}`, 'phx_close', {}]));
	}

	#received(socket: ServerSocket, data: string): void {
		const [joinRef, ref, fullTopic, event, payload] = JSON.parse(data) as [
			string,
			string,
			string,
			string,
			Args,
		];
		const topic = fullTopic.replace('realtime:', '');
		const reply = (status: string, response: Args): void =>
			this.#send(
				socket,
				JSON.stringify([joinRef, ref, fullTopic, 'phx_reply', { status, response }]),
			);
		if (fullTopic === 'phoenix') return reply('ok', {});
		if (event === 'phx_leave') return void socket.joins.delete(topic);
		const claims =
			typeof payload.access_token === 'string' ? readClaims(payload.access_token) : null;
		const join = socket.joins.get(topic);
		if (event === 'access_token' && join && claims) join.exp = claims.exp;
		if (event !== 'phx_join') return;
		const refusal = this.#refusal(topic, claims, String(payload.access_token));
		if (refusal) {
			this.joinRefusals++;
			return void this.time.after(5_000, () => reply('error', { reason: refusal }));
		}
		if (!claims) return;
		socket.joins.set(topic, { ref: joinRef, userId: claims.sub, exp: claims.exp });
		reply('ok', { postgres_changes: [] });
		const live = {
			message: 'Replication connection established',
			status: 'ok',
			extension: 'system',
			channel: topic,
		};
		if (this.streaming)
			this.time.after(300, () => {
				if (socket.joins.get(topic)?.ref === joinRef)
					this.#send(socket, JSON.stringify([joinRef, null, fullTopic, 'system', live]));
			});
	}

	#refusal(
		topic: string,
		claims: { sub: string; exp: number } | null,
		token: string,
	): string | null {
		if (!claims || claims.exp <= this.time.now / 1000 || this.revoked.has(token))
			return 'InvalidJWTToken: Token has expired 1 seconds ago';
		const [kind, chatId] = topic.split(':');
		const own = topic === 'support_settings' || this.chats.get(chatId ?? '')?.userId === claims.sub;
		const allowed = this.agents.has(claims.sub) || (own && kind !== 'admin_support_notifications');
		return allowed
			? null
			: `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`;
	}

	#send(socket: ServerSocket, data: unknown): void {
		if (socket.open) socket.handlers.onMessage(data);
	}

	#close(socket: ServerSocket): void {
		this.sockets.delete(socket);
		if (!socket.open) return;
		socket.open = false;
		this.time.after(1, () => socket.handlers.onClose());
	}

	#answer(status: number, body: unknown): Response {
		return answer(status, JSON.stringify(body), this.time.now);
	}

	async #wait(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.time.after(ms, resolve));
	}

	#call(name: string, init: RequestInit): { status: number; body: unknown } {
		const token = new Headers(init.headers).get('authorization')?.replace('Bearer ', '') ?? '';
		const claims = readClaims(token);
		if (!claims || claims.exp <= this.time.now / 1000 || this.revoked.has(token))
			return { status: 401, body: { code: 'PGRST303', message: 'JWT expired' } };
		const args = JSON.parse(init.body as string) as Args;
		this.calls.push({ name, args, userId: claims.sub });
		return this.#run(name, args, claims.sub);
	}

	#run(name: string, args: Args, userId: string): { status: number; body: unknown } {
		const isAgent = this.agents.has(userId);
		const standIn = this.functions.get(name);
		const stoodIn = standIn?.(args);
		if (stoodIn instanceof Refusal) return stoodIn;
		if (standIn) return { status: 200, body: stoodIn };
		if (name === 'get_or_create_support_chat') {
			const chat = this.chatOf(userId);
			const unread = chat.messages.filter((m) => m.sender_type === 'admin' && m.read_at === null);
			const body = {
				...{
					id: chat.id,
					user_id: userId,
					app_name: 'Acme',
					last_seq: chat.messages.length + chat.erased,
				},
				...{ last_message_at: null, admin_viewed_at: chat.viewedAt, created_at: chat.createdAt },
				...{ unread_count: unread.length, messages: structuredClone(chat.messages.slice(-50)) },
			};
			return { status: 200, body: [body] };
		}
		if (name === 'get_support_unread') {
			const chat = [...this.chats.values()].find((one) => one.userId === userId);
			if (!chat) return { status: 200, body: [] };
			const unread = chat.messages.filter(
				(m) => m.sender_type === 'admin' && m.read_at === null,
			).length;
			const body = {
				chat_id: chat.id,
				unread_count: unread,
				last_seq: chat.messages.length,
				awaiting_answer: false,
			};
			return { status: 200, body: [body] };
		}
		if (name === 'list_support_chats') {
			const items = [...this.chats.values()]
				.filter((chat) => chat.archived === args.p_archived && chat.messages.length > 0)
				.map((chat) => this.listItem(chat))
				.sort((a, b) => (String(a.last_message_at) < String(b.last_message_at) ? 1 : -1));
			return isAgent ? { status: 200, body: items.slice(0, 50) } : forbidden;
		}
		if (name === 'get_support_inbox_counts') {
			const items = [...this.chats.values()].map((chat) => this.listItem(chat));
			const active = items.filter((item) => !item.archived);
			const unread = active.filter((item) => item.unread).length;
			return {
				status: 200,
				body: [{ active: active.length, archived: items.length - active.length, unread }],
			};
		}
		const own = [...this.chats.values()].find((chat) => chat.userId === userId);
		const asked = typeof args.p_chat_id === 'string' ? this.chats.get(args.p_chat_id) : own;
		const chat = asked && (isAgent || asked.userId === userId) ? asked : undefined;
		if (!chat) return { status: 404, body: { code: 'PT404', message: 'support_chat_not_found' } };
		if (name === 'send_support_message' && this.brokenChats.has(chat.id)) return broken;
		return { status: 200, body: this.#runOnChat(name, args, userId, chat) };
	}

	#runOnChat(name: string, args: Args, userId: string, chat: Chat): unknown {
		if (name === 'send_support_message')
			return { ...this.store(chat, String(args.p_id), String(args.p_content), userId) };
		if (name === 'get_support_chat')
			return [{ chat: this.listItem(chat), messages: structuredClone(chat.messages.slice(-50)) }];
		if (name === 'list_support_messages') {
			const { p_after_seq: after, p_before_seq: before, p_limit: limit } = args;
			const rows =
				typeof after === 'number'
					? chat.messages.filter((m) => m.seq > after).slice(0, Number(limit))
					: chat.messages.filter((m) => m.seq < Number(before)).slice(-Number(limit));
			return structuredClone(rows);
		}
		if (name === 'send_support_typing') {
			const name = userId === chat.userId ? null : 'Mika';
			const payload = { chat_id: chat.id, sender_id: userId, name, typing: args.p_typing };
			return this.broadcast(`support_typing:${chat.id}`, 'typing', payload);
		}
		if (name === 'mark_support_chat_read') return this.#markRead(chat, Number(args.p_up_to_seq));
		if (name === 'mark_support_chat_viewed') chat.viewedAt = this.#iso();
		if (name === 'archive_support_chat') chat.archived = true;
		if (name === 'unarchive_support_chat') chat.archived = false;
		const { viewedAt } = chat;
		if (name === 'mark_support_chat_viewed')
			this.broadcast(`support_chat:${chat.id}`, 'chat_updated', {
				...{ type: 'chat_updated', chat_id: chat.id, admin_viewed_at: viewedAt },
			});
		this.#announceChat(chat);
		return this.listItem(chat);
	}

	#markRead(chat: Chat, upTo: number): unknown {
		const read_at = this.#iso();
		let marked = 0;
		chat.messages = chat.messages.map((m) => {
			if (m.sender_type !== 'admin' || m.read_at !== null || m.seq > upTo) return m;
			marked++;
			return { ...m, read_at, updated_at: read_at };
		});
		const unread_count = chat.messages.filter(
			(m) => m.sender_type === 'admin' && m.read_at === null,
		).length;
		if (marked > 0)
			this.broadcast(`support_chat:${chat.id}`, 'messages_read', {
				...{ type: 'messages_read', chat_id: chat.id, up_to_seq: upTo, read_at },
			});
		return [{ up_to_seq: upTo, read_at, unread_count }];
	}

	#announceChat(chat: Chat): void {
		this.broadcast('admin_support_notifications', 'chat_updated', {
			...{ type: 'chat_updated', chat_id: chat.id, chat: this.listItem(chat) },
		});
	}

	/** Grows with every call, as the trigger's clock under the lock does. */
	#last = 0;
	#iso(): string {
		this.#last = Math.max(this.#last + 1, this.time.now);
		return new Date(this.#last).toISOString();
	}
}

/** The part of a Response that the core reads, without the delay of a real one. */
function answer(status: number, text: string, now: number): Response {
	// A Date header has whole seconds.
	const headers = new Headers({ date: new Date(now).toUTCString() });
	const ok = status < 300;
	return { ok, status, headers, text: () => Promise.resolve(text) } as Response;
}

const broken = { status: 500, body: { code: '58030', message: 'disk full' } };
const forbidden = { status: 403, body: { code: 'PT403', message: 'support_forbidden' } };

function readClaims(token: string): { sub: string; exp: number } | null {
	try {
		const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
		return JSON.parse(text) as { sub: string; exp: number };
	} catch {
		return null;
	}
}

/** Kind 4, as the real server sends what comes from the database. */
export function binaryBroadcast(topic: string, event: string, payload: unknown): ArrayBuffer {
	const encoder = new TextEncoder();
	const meta = encoder.encode(JSON.stringify({ id: crypto.randomUUID() }));
	const parts = [encoder.encode(topic), encoder.encode(event), meta];
	const lengths = parts.map((part) => part.length);
	const body = encoder.encode(JSON.stringify(payload));
	const bytes = [4, ...lengths, 1, ...parts.flatMap((part) => [...part]), ...body];
	return Uint8Array.from(bytes).buffer;
}
