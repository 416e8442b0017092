import { randomUUID } from 'node:crypto';
import postgres from 'postgres';

export interface WalRoundTrip {
	/** Milliseconds from before an insert until the row has come back over logical replication. */
	measure(): Promise<number>;
	stop(): Promise<void>;
}

/**
 * The lower bound of "broadcast from the database": one insert, and the same row read from the write-ahead log
 * by pgoutput. Uses a table and a publication of its own, and removes them.
 */
export async function openWalRoundTrip(databaseUrl: string): Promise<WalRoundTrip> {
	const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
	await sql`create schema if not exists support_bench`;
	await sql`create table if not exists support_bench.trip (id uuid primary key, content text)`;
	await sql`drop publication if exists support_bench`;
	await sql`create publication support_bench for table support_bench.trip with (publish = 'insert')`;
	const listener = postgres(databaseUrl, { max: 1, publications: 'support_bench' });
	const waiting = new Map<string, () => void>();
	const { unsubscribe } = await listener.subscribe('insert:support_bench.trip', (row) => {
		if (row) waiting.get(String(row.id))?.();
	});
	return {
		async measure() {
			const id = randomUUID();
			const arrived = new Promise<number>((resolve) => {
				waiting.set(id, () => resolve(performance.now()));
			});
			const started = performance.now();
			await sql`insert into support_bench.trip values (${id}, ${'x'.repeat(100)})`;
			const ended = await arrived;
			waiting.delete(id);
			return ended - started;
		},
		async stop() {
			unsubscribe();
			await listener.end({ timeout: 2 });
			await sql`drop publication support_bench`;
			await sql`drop schema support_bench cascade`;
			await sql.end({ timeout: 2 });
		},
	};
}
