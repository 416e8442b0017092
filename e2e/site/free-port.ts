import { createServer } from 'node:net';

/** A free TCP port of this machine. */
export function freePort(): Promise<number> {
	const server = createServer();
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			if (address === null || typeof address === 'string') return reject(new Error('no port'));
			server.close(() => resolve(address.port));
		});
	});
}
