import type postgres from 'postgres';
import { performRequest, type QueuedRequest } from './perform-request';

const BATCH_SIZE = 200;
const KEEP_RESPONSES = '6 hours';

/**
 * Makes the queued requests, as pg_net's background worker does. A commit that queued requests wakes it (notifications
 * arrive only after the commit). It takes a batch from the queue, makes the requests and stores the responses in one
 * transaction. As with pg_net, requests of an interrupted batch are made again, and the queue does not survive a crash
 * of the database. `sql` must be a superuser's connection.
 */
export async function startNet({
	sql,
	log = () => {},
}: {
	sql: postgres.Sql;
	log?: (line: string) => void;
}): Promise<{ stop(): Promise<void> }> {
	const stop = new AbortController();
	let working: Promise<void> | undefined;
	let wokenAgain = false;

	async function drain(): Promise<void> {
		wokenAgain = false;
		while (!stop.signal.aborted && (await workBatch(sql, stop.signal)) > 0);
	}

	function wake(): void {
		wokenAgain = true;
		if (working || stop.signal.aborted) return;
		working = drain()
			.catch((error: unknown) => {
				if (!stop.signal.aborted) log(`net: ${String(error)}`);
			})
			.finally(() => {
				working = undefined;
				if (wokenAgain) wake();
			});
	}

	// The second callback also runs after a reconnect, because a notification may have been missed.
	const subscription = await sql.listen('pg_net_wake', wake, wake);
	return {
		async stop() {
			stop.abort(new Error('the worker stops'));
			await working;
			await subscription.unlisten();
		},
	};
}

/** Returns the number of requests that it made; 0 before `create extension pg_net`. */
async function workBatch(sql: postgres.Sql, stop: AbortSignal): Promise<number> {
	const [found] = await sql`select to_regclass('net.http_request_queue') is not null as exists`;
	if (!found?.exists) return 0;
	return sql.begin(async (transaction) => {
		await transaction`delete from net._http_response where created < now() - ${KEEP_RESPONSES}::interval`;
		const requests = await transaction<QueuedRequest[]>`
			with batch as (select id from net.http_request_queue order by id limit ${BATCH_SIZE})
			delete from net.http_request_queue q using batch where q.id = batch.id
			returning q.id, q.method, q.url, q.headers, q.body, q.timeout_milliseconds`;
		if (requests.length === 0) return 0;
		const responses = await Promise.all(requests.map((request) => performRequest(request, stop)));
		for (const { headers, ...response } of responses)
			await transaction`
				insert into net._http_response
				${transaction({ ...response, headers: headers === null ? null : transaction.json(headers) })}`;
		return requests.length;
	});
}
