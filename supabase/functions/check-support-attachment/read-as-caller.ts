import { z } from 'zod';
import type { Environment } from '../_shared/environment.ts';

/** An attachment's row, as far as its uploader may know it; what else a row has is left out. */
export const attachment = z.object({
	id: z.string(),
	chat_id: z.string(),
	message_id: z.string().nullable(),
	path: z.string(),
	name: z.string(),
	mime_type: z.string(),
	size_bytes: z.number(),
	width: z.number().nullable(),
	height: z.number().nullable(),
	status: z.enum(['uploading', 'ready', 'refused']),
	refusal: z.string().nullable(),
});
export type Attachment = z.infer<typeof attachment>;

/**
 * Reads an attachment in the caller's name: an unsent one is visible to its uploader only. Null if the caller
 * sees none; `signed_out` if the token is invalid.
 */
export type ReadAsCaller = (
	authorization: string,
	id: string,
) => Promise<Attachment | null | 'signed_out'>;

const rows = z.array(attachment).max(1);
const columns = Object.keys(attachment.shape).join(',');

/** Makes the reader, on the REST API. It throws when the API cannot be reached. */
export function readAsCaller({
	supabaseUrl,
	publishableKey,
}: Pick<Environment, 'supabaseUrl' | 'publishableKey'>): ReadAsCaller {
	return async (authorization, id) => {
		const query = `id=eq.${id}&select=${columns}`;
		const response = await fetch(`${supabaseUrl}/rest/v1/support_attachments?${query}`, {
			headers: { apikey: publishableKey, authorization },
			signal: AbortSignal.timeout(10_000),
		});
		if (response.status === 401 || response.status === 403) {
			await response.body?.cancel();
			return 'signed_out';
		}
		if (!response.ok) throw new Error(`REST answered ${response.status}`);
		return rows.parse(await response.json())[0] ?? null;
	};
}
