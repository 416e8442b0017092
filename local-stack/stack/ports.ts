import { createServer } from 'node:net';

/** 0 means any free port. */
export interface LocalStackPorts {
	api: number;
	database: number;
	outbox: number;
}

export const DEFAULT_PORTS: LocalStackPorts = { api: 54321, database: 54322, outbox: 54324 };

/** The use of a port. */
export type Part = keyof LocalStackPorts | 'dashboard';
const NAMES: Record<Part, string> = {
	api: 'the API',
	database: 'the database',
	outbox: 'the outbox',
	dashboard: 'the dashboard',
};

/** A port that the stack needs is in use. */
export class PortTakenError extends Error {
	constructor(
		readonly port: number,
		readonly part: Part,
	) {
		super(`Port ${port}, which ${NAMES[part]} needs, is taken.`);
		this.name = 'PortTakenError';
	}
}

/** A free port on the loopback address: the given one, or any if it is 0. Throws PortTakenError. */
export async function reservePort(port: number, part: Part): Promise<number> {
	const probe = createServer();
	return await new Promise((resolve, reject) => {
		probe.once('error', (error) => reject(asPortError(error, port, part)));
		probe.listen(port, '127.0.0.1', () => {
			const address = probe.address();
			const free = typeof address === 'object' && address ? address.port : port;
			probe.close(() => resolve(free));
		});
	});
}

/** Converts an error of `listen` to a PortTakenError if the port is taken. */
export function asPortError(error: Error, port: number, part: Part): Error {
	const taken = 'code' in error && error.code === 'EADDRINUSE';
	return taken ? new PortTakenError(port, part) : error;
}
