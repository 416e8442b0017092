// Delivers webhooks that are due. pg_cron starts it through pg_net, with a secret that can only start runs.
import { z } from 'zod';
import { connectDatabase } from '../_shared/database.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { SecretCheck } from '../_shared/secret.ts';
import { handle } from './handler.ts';
import type { Connection, Network } from './network.ts';
import { webhookSender } from './send-webhook.ts';

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

/** The connections on which TLS can be started, by the object that the other code uses. */
const plain = new WeakMap<Connection, Deno.TcpConn>();

const network: Network = {
	resolve: (name, type) => Deno.resolveDns(name, type),
	async connect(hostname, port) {
		const connection = await Deno.connect({ hostname, port });
		plain.set(connection, connection);
		return connection;
	},
	async startTls(connection, hostname) {
		const tcp = plain.get(connection);
		if (!tcp) throw new Error('not a connection of this network');
		return Deno.startTls(tcp, { hostname });
	},
};

const call = connectDatabase(readEnvironment((name) => Deno.env.get(name)));
const secret = new SecretCheck(() =>
	call('support_email_secret_digest', {}, z.string().nullable()),
);

Deno.serve((request) =>
	handle(request, {
		call,
		secret,
		send: webhookSender(network),
		inBackground: (work) => EdgeRuntime.waitUntil(work),
		log: (line) => console.error(line),
	}),
);
