import { error, json } from '@sveltejs/kit';
import { z } from 'zod';
import { strings } from '$lib/dashboard/strings/dashboard';
import { logFault } from '$lib/server/log';
import type { RequestHandler } from './$types';

/**
 * The browser's token is valid at least this long, in milliseconds; its channels get a new one a minute early.
 */
const LASTS_MS = 90_000;

const question = z.object({ refused: z.string().max(64).nullable() });

/**
 * The access token of who is signed in, for the browser's own calls to Supabase; the session itself stays in a cookie
 * that no script reads. `refused` is the mark of a session whose token was refused: it gets a new one. The hook
 * answers everybody who is not on the team.
 */
export const POST: RequestHandler = async ({ request, locals }) => {
	const asked = question.safeParse(await request.json().catch(() => null));
	if (!asked.success) error(400, { message: strings.error.badRequest });
	const token = await locals.session
		.tokenFor(LASTS_MS, asked.data.refused)
		.catch((cause: unknown) => {
			logFault('Could not renew a session', cause);
			error(503, { message: strings.error.unreachable });
		});
	if (!token) error(401, { message: strings.error.signedOut, code: 'support_not_authenticated' });
	return json(token);
};
