import { randomUUID } from 'node:crypto';
import { become, refusal, rolledBack, type Caller, type Transaction } from './database';

export type Extension = 'broadcast' | 'presence';

/** May the caller receive on this topic? Asked as Realtime asks on a join: with rows that are taken back. */
export function mayReceive(
	caller: Caller,
	topic: string,
	extension: Extension,
	prepare: (tx: Transaction) => Promise<unknown> = async () => {},
): Promise<boolean> {
	return rolledBack(async (tx) => {
		await prepare(tx);
		const id = randomUUID();
		await tx`insert into realtime.messages (id, topic, extension) values (${id}, ${topic}, ${extension})`;
		await become(tx, caller);
		await tx`select set_config('realtime.topic', ${topic}, true)`;
		const rows = await tx`select from realtime.messages where id = ${id}`;
		return rows.length === 1;
	});
}

/** May the caller send on this topic? */
export function maySend(
	caller: Caller,
	topic: string,
	extension: Extension,
	prepare: (tx: Transaction) => Promise<unknown> = async () => {},
): Promise<boolean> {
	return rolledBack(async (tx) => {
		await prepare(tx);
		await become(tx, caller);
		await tx`select set_config('realtime.topic', ${topic}, true)`;
		try {
			const refused = await refusal(
				tx.savepoint(
					(sp) =>
						sp`insert into realtime.messages (topic, extension) values (${topic}, ${extension})`,
				),
			);
			if (refused.code !== '42501') throw new Error(`${refused.code} ${refused.message}`);
			return false;
		} catch (error) {
			if (error instanceof Error && error.message === 'was not refused') return true;
			throw error;
		}
	});
}
