import { sql } from '../helpers/database';

/** A broadcast from the database, in a transaction of its own. */
export function sendFromDatabase(
	topic: string,
	event: string,
	payload: Record<string, number> = {},
	isPrivate = true,
): Promise<unknown> {
	return sql`select realtime.send(${sql.json(payload)}, ${event}, ${topic}, ${isPrivate})`;
}
