import type { ActionResult } from '@sveltejs/kit';
import { z } from 'zod';
import { strings } from '../strings/dashboard';

const answer = z.object({ message: z.string() });

/**
 * Why a form could not be sent or answered at all, as a sentence; null if its action answered. The page then keeps the
 * form with what was typed, where SvelteKit would show the error page instead. An answer that the server's hook gave
 * (signed out, Supabase does not answer) has no `type`, whatever its type says.
 */
export function failureOf(result: ActionResult): string | null {
	if (['success', 'failure', 'redirect'].includes(result.type)) return null;
	const { success, data } = answer.safeParse(result.type === 'error' ? result.error : result);
	return success && !(result.type === 'error' && result.status === undefined)
		? data.message
		: strings.error.unexpected;
}
