import { createClient } from '@supabase/supabase-js';
import { type z } from 'zod';
import type { Environment } from './environment.ts';

/** An error of a call of the database: the code that a function raised (support_…), or that of the failed request. */
export class DatabaseError extends Error {
	constructor(
		readonly code: string,
		readonly rpc: string,
	) {
		super(`${rpc}: ${code}`);
	}
}

/** Calls a function of the database with the project's secret key. Returns the validated result. */
export type CallDatabase = <Result>(
	rpc: string,
	args: Record<string, unknown>,
	result: z.ZodType<Result>,
) => Promise<Result>;

/** Makes the caller. It throws `DatabaseError`; a call takes at most 10 seconds. */
export function connectDatabase({
	supabaseUrl,
	secretKey,
}: Pick<Environment, 'supabaseUrl' | 'secretKey'>): CallDatabase {
	const client = createClient(supabaseUrl, secretKey, {
		auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
	});
	return async (rpc, args, result) => {
		const { data, error } = await client.rpc(rpc, args).abortSignal(AbortSignal.timeout(10_000));
		if (error) {
			const raised = /^support_[a-z_]+$/.test(error.message);
			throw new DatabaseError(raised ? error.message : error.code || 'unreachable', rpc);
		}
		const parsed = result.safeParse(data);
		if (!parsed.success) throw new DatabaseError('unexpected_result', rpc);
		return parsed.data;
	};
}
