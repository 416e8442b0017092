import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** An email that the server received. */
export interface Received {
	from: string;
	to: string[];
	/** The user; null without a password. */
	user: string | null;
	/** Whether the connection was secure. */
	secure: boolean;
	/** By name in lower case, unfolded. */
	headers: Record<string, string>;
	/** The whole email, byte for byte. */
	raw: string;
}

export interface MailServer {
	port: number;
	received: Received[];
	/** Ends every connection without a response; none of them may be secure. */
	cut(): void;
	stop(): Promise<void>;
}

/** A response that rejects, for the handlers of `SMTPServerOptions`. */
export const answer = (responseCode: number, words: string): Error & { responseCode: number } =>
	Object.assign(new Error(words), { responseCode });

/** Starts a real SMTP server on a free port; `options` set its behaviour. By default it accepts everything. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
	const received: Received[] = [];
	const sockets = new Set<Socket>();
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		allowInsecureAuth: true,
		disableReverseLookup: true,
		closeTimeout: 100,
		onAuth: ({ username, password }, _session, callback) =>
			password === 'secret'
				? callback(null, { user: username })
				: callback(answer(535, '5.7.8 Authentication credentials invalid')),
		onData(stream, session, callback) {
			void text(stream).then((raw) => {
				const { mailFrom, rcptTo } = session.envelope;
				received.push({
					from: mailFrom === false ? '' : mailFrom.address,
					to: rcptTo.map(({ address }) => address),
					user: typeof session.user === 'string' ? session.user : null,
					secure: session.secure,
					headers: readHeaders(raw),
					raw,
				});
				callback(null, `2.0.0 Ok: queued as ${received.length}`);
			});
		},
		...options,
	});
	server.on('error', () => {}); // A connection that was cut; the test checks the result of the sender.
	server.server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	server.listen(0, '127.0.0.1');
	await once(server.server, 'listening');
	const address = server.server.address();
	const cut = (): void => sockets.forEach((socket) => socket.destroy());
	return {
		port: typeof address === 'object' && address !== null ? address.port : 0,
		received,
		cut,
		// Connections that are still open end after `closeTimeout`.
		stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
	};
}

function readHeaders(raw: string): Record<string, string> {
	const [head = ''] = raw.split('\r\n\r\n');
	const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
	return Object.fromEntries(
		lines.map((line) => {
			const [name = ''] = line.split(':');
			return [name.toLowerCase(), line.slice(name.length + 1).trim()];
		}),
	);
}
