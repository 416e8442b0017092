import { type Channel } from './channel';
import { type RealtimeContext } from '../context';
import { type JsonObject } from '../wire/json';
import { replicationReadyCheckMs } from '../limits';

/** The real server sends this message about this long after the join. */
const postgresChangesDelayMs = 2000;

/**
 * Reports when messages from the database arrive, and closes the channel if they never do. @returns a function that
 * stops it
 */
export function announceReplication(channel: Channel, context: RealtimeContext): () => void {
	const deadline = performance.now() + context.limits.replicationReadyTimeoutMs;
	let timer: NodeJS.Timeout | undefined;
	const look = (): void => {
		if (context.isReplicating())
			return channel.pushSystem('system', 'ok', 'Replication connection established');
		if (performance.now() >= deadline)
			return channel.shutdown('Replication connection was not established in time');
		timer = setTimeout(look, replicationReadyCheckMs);
	};
	look();
	return () => clearTimeout(timer);
}

/**
 * Reports that no table can be followed. This server has broadcasts and presence only, and responds to
 * `postgres_changes` as the real one does if no table is in the publication. @returns a function that stops it
 */
export function announcePostgresChanges(channel: Channel, changes: JsonObject[]): () => void {
	const timer = setTimeout(() => {
		for (const { event, schema, table } of changes) {
			const parameters = `[event: ${show(event)}, schema: ${show(schema)}, table: ${show(table)}, filters: [], select: nil]`;
			channel.pushSystem(
				'postgres_changes',
				'error',
				`Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: ${parameters}`,
			);
		}
	}, postgresChangesDelayMs);
	return () => clearTimeout(timer);
}

function show(value: unknown): string {
	return typeof value === 'string' ? value : '*';
}
