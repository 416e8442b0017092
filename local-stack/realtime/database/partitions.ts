import { type Sql } from 'postgres';

const everyMs = 3_600_000;

/**
 * Makes the partitions of realtime.messages for the days around today, and drops old ones; again every hour.
 * @returns a function that stops it
 * @throws if the first time fails
 */
export async function keepPartitions(sql: Sql, log: (line: string) => void): Promise<() => void> {
	const maintain = async (): Promise<void> => {
		await sql`select realtime.maintain_messages_partitions()`;
	};
	await maintain();
	const timer = setInterval(() => {
		maintain().catch((error: unknown) =>
			log(`realtime: partitions were not made: ${String(error)}`),
		);
	}, everyMs);
	timer.unref();
	return () => clearInterval(timer);
}
