import { randomUUID } from 'node:crypto';
import { actAs } from '../../local-stack/testing/acting-as';
import type { Database } from '../../local-stack/postgres/connect';
import { milliseconds } from '../interleave';
import type { Customer } from './team';

export interface Burst {
	/** Milliseconds of each first message, from before its transaction until it is committed. */
	samples: number[];
	perSecond: number;
	errors: string[];
}

/**
 * Each customer's first message from concurrent callers: each caller sends the next when the last is committed.
 */
export async function sendAtOnce(
	sql: Database,
	customers: Customer[],
	callers: number,
): Promise<Burst> {
	const left = [...customers];
	const burst: Burst = { samples: [], perSecond: 0, errors: [] };
	const caller = async (): Promise<void> => {
		for (let customer = left.pop(); customer; customer = left.pop()) {
			try {
				burst.samples.push(await milliseconds(sendFirst(sql, customer)));
			} catch (error) {
				burst.errors.push(String(error));
			}
		}
	};
	const took = await milliseconds(Promise.all(Array.from({ length: callers }, caller)));
	burst.perSecond = burst.samples.length / (took / 1000);
	return burst;
}

function sendFirst(sql: Database, { person, chatId }: Customer): Promise<unknown> {
	return actAs(
		sql,
		person,
		(tx) =>
			tx`select * from public.send_support_message(${randomUUID()}, ${chatId}, 'Where is my order?')`,
	);
}
