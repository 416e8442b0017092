import { z } from 'zod';
import { parseJson } from '../_shared/door.ts';
import { enterAsUser } from '../_shared/enter-as-user.ts';
import { json, openToPages, refuse } from '../_shared/http.ts';
import type { FileStorage } from '../_shared/storage.ts';
import type { ReadableFiles } from './readable-files.ts';

/** The lifetime of an address. */
const LIFE_SECONDS = 300;
const MOST_PATHS = 100;
const MOST_BYTES = 12_000;
/** The paths that the database makes: chat, file, extension. */
const PATH = /^[0-9a-f-]{36}\/[0-9a-f-]{36}\.[a-z]{3,4}$/;

const command = z.object({ paths: z.array(z.string().regex(PATH)).min(1).max(MOST_PATHS) });

export interface HandlerOptions {
	readableFiles: ReadableFiles;
	storage: Pick<FileStorage, 'sign'>;
	log: (line: string) => void;
}

/**
 * Returns addresses of files that the caller may see, valid for five minutes: `[{ path, signedURL }]`, null for
 * all other paths. Callers cannot sign them, since Storage lets callers choose the lifetime.
 */
export async function handle(request: Request, options: HandlerOptions): Promise<Response> {
	if (request.method === 'OPTIONS') return openToPages(new Response(null, { status: 204 }));
	try {
		return openToPages(await answer(request, options));
	} catch (error) {
		options.log(`not signed: ${String(error)}`);
		return openToPages(refuse(503, 'support_unavailable'));
	}
}

async function answer(
	request: Request,
	{ readableFiles, storage }: HandlerOptions,
): Promise<Response> {
	const entered = await enterAsUser(request, MOST_BYTES);
	if (entered instanceof Response) return entered;
	const parsed = command.safeParse(parseJson(entered.body));
	if (!parsed.success) return refuse(400, 'support_bad_request');
	const readable = await readableFiles(entered.authorization, parsed.data.paths);
	if (readable === 'signed_out') return refuse(401, 'support_not_authenticated');
	if (readable === 'rate_limited') return refuse(429, 'support_rate_limited');
	const addresses = readable.length > 0 ? await storage.sign(readable, LIFE_SECONDS) : new Map();
	const rows = parsed.data.paths.map((path) => ({ path, signedURL: addresses.get(path) ?? null }));
	return json(200, rows);
}
