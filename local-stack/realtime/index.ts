import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { type RealtimeContext } from './context';
import { connectDatabase } from './database/database';
import { publishRow } from './database/database-messages';
import { acceptHandshake, type Handshake } from './handshake';
import { answerHttp } from './http/http';
import { refuseUpgrade, respond } from './http/http-messages';
import { Hub } from './hub';
import {
	connectErrorDelayMs,
	defaultLimits,
	joinErrorDelayMs,
	maxFrameBytes,
	type RealtimeLimits,
} from './limits';
import { keepPartitions } from './database/partitions';
import { PresenceTracker } from './channel/presence-tracker';
import { RateCounter } from './rate-counter';
import { Replication } from './database/replication';
import { RealtimeSocket } from './socket';

export interface RealtimeOptions {
	/** A role that may replicate, bypasses row level security on realtime.messages, and may become the callers' roles. */
	databaseUrl: string;
	/** The HMAC secret of the project's tokens. */
	jwtSecret: string;
	/** Converts an `sb_publishable_…` or `sb_secret_…` key to its JWT; throws for an unknown one. */
	resolveApiKey(key: string): string;
	/** The delay of the reply to a refused join, in milliseconds; 5000 by default, as on the real server. */
	joinErrorDelayMs?: number;
	/** Limits that differ from the real server's defaults. */
	limits?: Partial<RealtimeLimits>;
	log?: (line: string) => void;
}

export interface Realtime {
	/** Handles a WebSocket handshake of any path. */
	handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	/** Handles an HTTP request, with or without the gateway's `/realtime/v1`. */
	handleHttp(request: IncomingMessage, response: ServerResponse): void;
	/**
	 * Closes every socket with 1012, as a restarting server does, and disconnects from the database. May be called
	 * again.
	 */
	stop(): Promise<void>;
}

/**
 * Starts a Realtime server for one project: Broadcast and Presence, authorised by the policies of realtime.messages.
 * @throws if the database does not respond, or lacks the `realtime` schema
 */
export async function createRealtime(options: RealtimeOptions): Promise<Realtime> {
	const { context, release } = await createContext(options);
	const sockets = new Set<RealtimeSocket>();
	const server = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes });
	// Tests that shorten the delay of refused joins also shorten that of refused handshakes.
	const refusalDelayMs = Math.min(connectErrorDelayMs, context.joinErrorDelayMs);

	function open(
		request: IncomingMessage,
		socket: Duplex,
		head: Buffer,
		handshake: Handshake,
	): void {
		server.handleUpgrade(request, socket, head, (ws) => {
			const realtimeSocket = new RealtimeSocket(ws, handshake, context);
			sockets.add(realtimeSocket);
			ws.on('close', () => sockets.delete(realtimeSocket));
		});
	}

	let stopping: Promise<void> | undefined;
	async function stopAll(): Promise<void> {
		for (const socket of sockets) socket.close(1012);
		server.close();
		await release();
		for (const socket of sockets) socket.terminate();
	}

	return {
		handleUpgrade(request, socket, head) {
			socket.on('error', (error) => context.log(`realtime: handshake failed: ${error.message}`));
			const result = acceptHandshake(request, context, sockets.size);
			if ('serializer' in result) return open(request, socket, head, result);
			context.log(`realtime: handshake refused: ${result.body?.error ?? 'unknown vsn'}`);
			void delay(result.late ? refusalDelayMs : 0, undefined, { ref: false }).then(() =>
				refuseUpgrade(socket, result),
			);
		},
		handleHttp(request, response) {
			answerHttp(request, response, context).catch((error: unknown) => {
				context.log(`realtime: HTTP request failed: ${String(error)}`);
				if (!response.headersSent) respond(response, 500, { message: 'Unknown error' });
			});
		},
		stop() {
			stopping ??= stopAll();
			return stopping;
		},
	};
}

async function createContext(
	options: RealtimeOptions,
): Promise<{ context: RealtimeContext; release(): Promise<void> }> {
	const limits = { ...defaultLimits, ...options.limits };
	const log = options.log ?? (() => undefined);
	const sql = connectDatabase(options.databaseUrl);
	const hub = new Hub();
	const context: RealtimeContext = {
		sql,
		jwtSecret: options.jwtSecret,
		resolveApiKey: options.resolveApiKey,
		joinErrorDelayMs: options.joinErrorDelayMs ?? joinErrorDelayMs,
		limits,
		hub,
		presence: new PresenceTracker(hub),
		joins: new RateCounter(limits.maxJoinsPerSecond),
		events: new RateCounter(limits.maxEventsPerSecond),
		isReplicating: () => replication.ready,
		log,
	};
	const replication = new Replication({
		databaseUrl: options.databaseUrl,
		onInsert: (row) => publishRow(row, context),
		log,
	});
	let stopPartitions: (() => void) | undefined;
	const release = async (): Promise<void> => {
		stopPartitions?.();
		context.joins.stop();
		context.events.stop();
		await Promise.all([replication.stop(), sql.end({ timeout: 1 })]);
	};
	try {
		stopPartitions = await keepPartitions(sql, log);
		await replication.start();
	} catch (error) {
		await release();
		throw error;
	}
	return { context, release };
}
