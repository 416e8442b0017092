import { z } from 'zod';
import type { Environment } from '../_shared/environment.ts';

/** The fields of an attachment that its uploader may read; others are left out. */
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
 * Reads an attachment in the caller's name: only its uploader can read an unsent one. Null if the caller sees none;
 * `signed_out` if the token is invalid.
 */
export type ReadAsCaller = (
	authorization: string,
	id: string,
) => Promise<Attachment | null | 'signed_out'>;

const rows = z.array(attachment).max(1);
const columns = Object.keys(attachment.shape).join(',');

/** Makes the reader, which uses the REST API. It throws if the API cannot be reached. */
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
