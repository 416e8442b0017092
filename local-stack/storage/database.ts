import postgres from 'postgres';
import { type JsonObject } from '../realtime/wire/json';
import { rolledBack } from '../realtime/database/database';
import { fromDatabase } from './http/storage-error';

/** The caller and the operation for which policies are evaluated. */
export interface Scope {
	role: string;
	claims: JsonObject;
	method: string;
	path: string;
	headers: JsonObject;
	/** The value of `storage.operation()`. */
	operation: string;
}

/** The database of the Storage service: every statement runs in a transaction as the role of a caller. */
export interface StorageDatabase {
	as<T>(scope: Scope, work: (sql: postgres.TransactionSql) => Promise<T>): Promise<T>;
	/** Runs it as the caller and rolls back, to learn whether it is allowed. */
	test(scope: Scope, work: (sql: postgres.TransactionSql) => Promise<unknown>): Promise<void>;
	end(): Promise<void>;
}

/** Connects as the service's own role, which can become each of the API's roles. */
export function connectStorage(url: string): StorageDatabase {
	const sql = postgres(url, {
		max: 8,
		onnotice: () => undefined,
		connection: {
			application_name: 'storage',
			search_path: 'storage, public, extensions',
			statement_timeout: 30_000,
			TimeZone: 'UTC',
		},
	});
	return {
		async as(scope, work) {
			const found = await translated(() =>
				sql.begin(async (transaction) => {
					await become(transaction, scope);
					return { result: await work(transaction) };
				}),
			);
			return found.result;
		},
		async test(scope, work) {
			await translated(() =>
				rolledBack(sql, async (transaction) => {
					await become(transaction, scope);
					await work(transaction);
					return true;
				}),
			);
		},
		end: () => sql.end({ timeout: 1 }),
	};
}

/** The same request with the rights of the service, without row level security, as in the real service. */
export function asService(scope: Scope): Scope {
	return { ...scope, role: 'service_role', claims: { role: 'service_role' } };
}

/** Takes another role in the same transaction. */
export async function become(sql: postgres.TransactionSql, scope: Scope): Promise<void> {
	const sub = typeof scope.claims.sub === 'string' ? scope.claims.sub : '';
	await sql`
		select
			set_config('role', ${scope.role}, true),
			set_config('request.jwt.claim.role', ${scope.role}, true),
			set_config('request.jwt.claim.sub', ${sub}, true),
			set_config('request.jwt.claims', ${JSON.stringify(scope.claims)}, true),
			set_config('request.headers', ${JSON.stringify(scope.headers)}, true),
			set_config('request.method', ${scope.method}, true),
			set_config('request.path', ${scope.path}, true),
			set_config('storage.operation', ${scope.operation}, true),
			set_config('storage.allow_delete_query', 'true', true)`;
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw fromDatabase(error);
	}
}
