import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenTo } from './testing/channels';
import { RawSocket } from './testing/raw-socket';
import { startTestServer, type TestServer, userToken } from './testing/test-server';

let server: TestServer;
const dataDir = join(tmpdir(), `realtime-restart-${randomUUID()}`);
beforeAll(async () => {
	server = await startTestServer({ dataDir });
});
afterAll(async () => {
	await server.stop();
	await rm(dataDir, { recursive: true, force: true });
});

test('a restart of Postgres leaves channels joined, and messages arrive again afterwards', async () => {
	const topic = 'hear:restart';
	const token = userToken();
	const listening = await listenTo(
		server.client(() => token),
		topic,
	);
	await listening.state('SUBSCRIBED');
	await server.restartPostgres(async () => {
		const socket = await RawSocket.open(server.url);
		expect(await socket.join(topic, { private: true })).toEqual({
			status: 'error',
			response: {
				reason: 'UnableToConnectToProject: Realtime was unable to connect to the project database',
			},
		});
		socket.ws.close();
	});

	const socket = await RawSocket.open(server.url);
	await socket.join('ready', { broadcast: { replication_ready: true } });
	const notice = await socket.until((frame) => frame.event === 'system');
	expect(notice.payload['message']).toBe('Replication connection established');
	await server.sql`select realtime.send('{}'::jsonb, 'after', ${topic}, true)`;
	await listening.count(1);
	expect(listening.channel.state).toBe('joined');
	socket.ws.close();
});
