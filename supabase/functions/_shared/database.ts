import { createClient } from '@supabase/supabase-js';
import { type z } from 'zod';
import type { Environment } from './environment.ts';

/** An error that a function of the database raised (its code, support_…), or that the way there had. */
export class DatabaseError extends Error {
	constructor(
		readonly code: string,
		readonly rpc: string,
	) {
		super(`${rpc}: ${code}`);
	}
}

/** Calls a function of the database with the project's secret key, and gives back what it returned, looked over. */
export type CallDatabase = <Result>(
	rpc: string,
	args: Record<string, unknown>,
	result: z.ZodType<Result>,
) => Promise<Result>;

/** Makes the caller. It throws `DatabaseError`; no call takes longer than 10 seconds. */
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
