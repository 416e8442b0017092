import { type Server } from 'node:http';
import { asPortError, type Part } from './ports';

/** Lets a server listen on the loopback address and returns its port. Throws PortTakenError. */
export async function listen(server: Server, port: number, part: Part): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error) => reject(asPortError(error, port, part)));
		server.listen(port, '127.0.0.1', resolve);
	});
	const address = server.address();
	if (typeof address !== 'object' || !address) throw new Error(`There is no port for the ${part}.`);
	return address.port;
}

/** Closes a server at once, with its open connections. */
export async function closeServer(server: Server): Promise<void> {
	const closed = new Promise<void>((resolve) => {
		server.close(() => resolve());
	});
	server.closeAllConnections();
	await closed;
}
