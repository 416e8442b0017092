import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import postgres from 'postgres';
import { SUPERUSER } from '../../postgres/start-postgres';
import { LOCAL_JWT_SECRET, signToken } from '../../stack/project-keys';
import { startDatabase } from '../../stack/start-database';
import { NodeWebSocket } from '../../testing/api-client';
import { createRealtime, type RealtimeOptions } from '../index';
import { currentSeconds } from '../jwt';

/** A Realtime server on its own Postgres, with a few policies for tests. */
export interface TestServer {
	url: string;
	sql: postgres.Sql;
	log: string[];
	/** A supabase-js client of a signed-in user, whose token comes from `token` at each use. */
	client(token: () => string): SupabaseClient;
	/** Stops and starts Postgres on the same data and port; `away` runs in between. */
	restartPostgres(away: () => Promise<void>): Promise<void>;
	stop(): Promise<void>;
}

export const publishableKey = 'sb_publishable_test';

/** A token of a signed-in user. */
export function userToken(claims: object = {}): string {
	const iat = currentSeconds();
	const user = { role: 'authenticated', sub: randomUUID(), iat, exp: iat + 3600 };
	return signToken({ ...user, ...claims }, LOCAL_JWT_SECRET);
}

/** `hear:` topics may be read by signed-in users, `talk:` topics may also be written. */
const policies = `
	create policy "hear" on realtime.messages for select to authenticated using (realtime.topic() ~ '^(hear|talk):');
	create policy "talk" on realtime.messages for insert to authenticated with check (realtime.topic() ~ '^talk:');
`;

/** Starts Postgres and a server for it. By default, replies to refused joins are not delayed. */
export async function startTestServer(
	options: Partial<RealtimeOptions> & { dataDir?: string } = {},
): Promise<TestServer> {
	const log: string[] = [];
	const { dataDir = 'temporary', ...realtimeOptions } = options;
	const start = (port: number) =>
		startDatabase({ port, dataDir, log: (line) => void log.push(line) });
	let database = await start(0);
	const databaseUrl = database.urlFor(SUPERUSER);
	const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined });
	await sql.unsafe(policies);
	const anonJwt = signToken({ role: 'anon', exp: currentSeconds() + 3600 }, LOCAL_JWT_SECRET);
	const realtime = await createRealtime({
		databaseUrl,
		jwtSecret: LOCAL_JWT_SECRET,
		resolveApiKey(key) {
			if (key !== publishableKey) throw new Error('Unknown API key');
			return anonJwt;
		},
		joinErrorDelayMs: 0,
		log: (line) => void log.push(line),
		...realtimeOptions,
	});
	const server = createServer((request, response) => realtime.handleHttp(request, response));
	server.on('upgrade', (request, socket, head) => realtime.handleUpgrade(request, socket, head));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const url = `http://127.0.0.1:${port}`;
	const clients: SupabaseClient[] = [];

	return {
		url,
		sql,
		log,
		client(token) {
			const client = createClient(url, publishableKey, {
				accessToken: async () => token(),
				realtime: { transport: NodeWebSocket, heartbeatIntervalMs: 1000 },
			});
			clients.push(client);
			return client;
		},
		async restartPostgres(away) {
			await database.stop();
			await away();
			database = await start(Number(new URL(databaseUrl).port));
		},
		async stop() {
			await Promise.all(clients.map((client) => client.realtime.disconnect()));
			await realtime.stop();
			server.close();
			server.closeAllConnections();
			await sql.end({ timeout: 1 });
			await database.stop();
		},
	};
}
