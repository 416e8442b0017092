import { bootstrapDatabase } from './bootstrap';
import { PortTakenError, reservePort } from './ports';
import {
	PASSWORD,
	type RunningPostgres,
	startPostgres,
	SUPERUSER,
} from '../postgres/start-postgres';

const ATTEMPTS = 3;

export interface Database {
	/** A connection string for a role; all local roles have the same password. */
	urlFor(role: string): string;
	dataDir: string;
	stop(): Promise<void>;
}

/** Starts Postgres and brings it to the state of a new hosted project. Port 0 means any. Throws PortTakenError. */
export async function startDatabase(options: {
	port: number;
	dataDir: string;
	log: (line: string) => void;
}): Promise<Database> {
	const postgres = await startOnFreePort(options);
	const urlFor = (role: string): string =>
		`postgresql://${role}:${PASSWORD}@127.0.0.1:${postgres.port}/postgres?sslmode=disable`;
	try {
		await bootstrapDatabase(urlFor(SUPERUSER));
	} catch (error) {
		await postgres.stop();
		throw error;
	}
	return { urlFor, dataDir: postgres.dataDir, stop: () => postgres.stop() };
}

async function startOnFreePort(options: {
	port: number;
	dataDir: string;
	log: (line: string) => void;
}): Promise<RunningPostgres> {
	for (let attempt = 1; ; attempt++) {
		const port = await reservePort(options.port, 'database');
		try {
			return await startPostgres({ ...options, port });
		} catch (error) {
			// Another process took the port between our check and Postgres' own.
			if (!(error instanceof Error) || !error.message.includes('Address already in use'))
				throw error;
			if (options.port !== 0) throw new PortTakenError(port, 'database');
			if (attempt === ATTEMPTS) throw error;
		}
	}
}
