import postgres from 'postgres';

/** The reason why the database could not evaluate permissions. */
export type DatabaseFault = 'policy' | 'missing-partition' | 'query-canceled' | 'unavailable';

/** The pool that evaluates permissions; the stream of messages has its own connection. */
export function connectDatabase(url: string): postgres.Sql {
	return postgres(url, {
		max: 5,
		connect_timeout: 5,
		onnotice: () => undefined,
		connection: { application_name: 'realtime', TimeZone: 'UTC', statement_timeout: 5000 },
	});
}

/** Runs `work` in a transaction that is rolled back, and returns its result. */
export async function rolledBack<T>(
	sql: postgres.Sql,
	work: (transaction: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
	const found: T[] = [];
	const rollback = new Error('rolled back on purpose');
	try {
		await sql.begin(async (transaction) => {
			found.push(await work(transaction));
			throw rollback;
		});
	} catch (error) {
		if (error !== rollback) throw error;
	}
	const [result] = found;
	if (result === undefined) throw new Error('The transaction ended without a result');
	return result;
}

/** Classifies an error of a check: an error of a policy counts as that policy's refusal. */
export function classifyDatabaseError(error: unknown): DatabaseFault {
	if (!(error instanceof postgres.PostgresError)) return 'unavailable';
	const { code } = error;
	if (code === '57014') return 'query-canceled';
	if (code === '23514' && error.message.startsWith('no partition of relation "messages"'))
		return 'missing-partition';
	// Shutting down, starting up, out of connections.
	if (/^(08|53|57P)/.test(code)) return 'unavailable';
	return 'policy';
}

/** True if row level security or a missing grant refused the statement. */
export function isInsufficientPrivilege(error: unknown): boolean {
	return error instanceof postgres.PostgresError && error.code === '42501';
}
