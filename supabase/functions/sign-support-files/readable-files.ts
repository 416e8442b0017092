import { z } from 'zod';
import type { Environment } from '../_shared/environment.ts';

/** The checked files among these paths that the caller may see, or the reason for a refusal. */
export type ReadableFiles = (
	authorization: string,
	paths: string[],
) => Promise<string[] | 'signed_out' | 'rate_limited'>;

const answer = z.array(z.string());

/** Makes the function, which calls the REST API in the caller's name. It throws if the API cannot be reached. */
export function readableFiles({
	supabaseUrl,
	publishableKey,
}: Pick<Environment, 'supabaseUrl' | 'publishableKey'>): ReadableFiles {
	return async (authorization, paths) => {
		const response = await fetch(`${supabaseUrl}/rest/v1/rpc/support_readable_files`, {
			method: 'POST',
			headers: { apikey: publishableKey, authorization, 'content-type': 'application/json' },
			body: JSON.stringify({ p_paths: paths }),
			signal: AbortSignal.timeout(10_000),
		});
		if (response.ok) return answer.parse(await response.json());
		await response.body?.cancel();
		if (response.status === 401 || response.status === 403) return 'signed_out';
		if (response.status === 429) return 'rate_limited';
		throw new Error(`REST answered ${response.status}`);
	};
}
