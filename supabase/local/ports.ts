import { createServer } from 'node:net';

/** 0 means any free port. */
export interface LocalStackPorts {
	api: number;
	database: number;
	outbox: number;
}

export const DEFAULT_PORTS: LocalStackPorts = { api: 54321, database: 54322, outbox: 54324 };

/** Something else listens on a port that the stack needs. */
export class PortTakenError extends Error {
	constructor(
		readonly port: number,
		readonly purpose: string,
	) {
		super(`Port ${port}, which ${purpose} needs, is taken.`);
		this.name = 'PortTakenError';
	}
}

/** A free port on the loopback address: the one asked for, or any if that is 0. Throws PortTakenError. */
export async function reservePort(port: number, purpose: string): Promise<number> {
	const probe = createServer();
	return await new Promise((resolve, reject) => {
		probe.once('error', (error) => reject(asPortError(error, port, purpose)));
		probe.listen(port, '127.0.0.1', () => {
			const address = probe.address();
			const free = typeof address === 'object' && address ? address.port : port;
			probe.close(() => resolve(free));
		});
	});
}

/** Turns what `listen` reports into a PortTakenError where that is the reason. */
export function asPortError(error: unknown, port: number, purpose: string): unknown {
	const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
	return taken ? new PortTakenError(port, purpose) : error;
}
