import { z } from 'zod';
import { DatabaseError } from '../_shared/database.ts';
import { MAX_PIXELS, MAX_SIDE } from '../_shared/files/file-types.ts';
import { parseJson } from '../_shared/door.ts';
import { enterAsUser } from '../_shared/enter-as-user.ts';
import { json, openToPages, refuse } from '../_shared/http.ts';
import { checkUpload, claimUpload, type CheckOptions } from './check-upload.ts';
import type { Attachment, ReadAsCaller } from './read-as-caller.ts';

const command = z.object({ id: z.uuid() });

export interface HandlerOptions extends CheckOptions {
	readAsCaller: ReadAsCaller;
	log: (line: string) => void;
}

/**
 * Checks the bytes of an upload in the name of its uploader: 200 with the row, or 422 with the reason why the file is
 * refused. Repeated calls get the same response. docs/api.md lists all responses.
 */
export async function handle(request: Request, options: HandlerOptions): Promise<Response> {
	if (request.method === 'OPTIONS') return openToPages(new Response(null, { status: 204 }));
	try {
		return openToPages(await answer(request, options));
	} catch (error) {
		if (error instanceof DatabaseError && error.code === 'support_attachment_not_found')
			return openToPages(refuse(404, error.code));
		// The upload was replaced or removed during the check.
		if (error instanceof DatabaseError && error.code === 'support_file_missing')
			return openToPages(refuse(409, error.code));
		if (error instanceof DatabaseError && error.code === 'support_upload_rate_limited')
			return openToPages(refuse(429, error.code));
		options.log(`not checked: ${String(error)}`);
		return openToPages(refuse(503, 'support_unavailable'));
	}
}

async function answer(request: Request, options: HandlerOptions): Promise<Response> {
	const entered = await enterAsUser(request);
	if (entered instanceof Response) return entered;
	const { authorization, body } = entered;
	const parsed = command.safeParse(parseJson(body));
	if (!parsed.success) return refuse(400, 'support_bad_request');
	const { id } = parsed.data;
	const row = await options.readAsCaller(authorization, id);
	if (row === 'signed_out') return refuse(401, 'support_not_authenticated');
	if (row === null) return refuse(404, 'support_attachment_not_found');
	if (row.status === 'ready') return json(200, { attachment: row });

	const found = await claimUpload(id, options);
	if (found.state === 'missing') return refuse(409, 'support_file_missing');
	if (found.state === 'busy') return refuse(409, 'support_file_checking');
	const kept =
		found.state === 'claimed'
			? await checkUpload(row, found, options)
			: await options.readAsCaller(authorization, id);
	if (kept === null || kept === 'signed_out') return refuse(409, 'support_file_missing');
	return verdictOn(kept, found.max_bytes);
}

function verdictOn(row: Attachment, maxBytes: number): Response {
	if (row.refusal === null) return json(200, { attachment: row });
	return refuse(422, row.refusal, detailOf(row.refusal, maxBytes));
}

/** The exact limit, if there is one. */
function detailOf(refusal: string, maxBytes: number): string {
	if (refusal === 'support_file_too_large')
		return maxBytes % 1_048_576 === 0
			? `At most ${maxBytes / 1_048_576} MB`
			: `At most ${maxBytes} bytes, as announced`;
	if (refusal === 'support_file_too_many_pixels')
		return `At most ${MAX_PIXELS / 1_000_000} megapixels, ${MAX_SIDE} pixels a side`;
	return '';
}
