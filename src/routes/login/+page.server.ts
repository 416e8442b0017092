import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { strings } from '$lib/dashboard/strings/dashboard';
import { safeNext } from '$lib/server/access';
import { logFault } from '$lib/server/log';
import { readForm } from '$lib/server/http/read-form';
import { countSignIn } from '$lib/server/http/request-limits';
import { textOf } from '$lib/server/settings/form-values';
import type { Actions, PageServerLoad } from './$types';

const credentials = z.object({
	email: z.string().trim().max(320).pipe(z.email(strings.login.invalidEmail)),
	password: z.string().min(1, strings.login.missingPassword).max(1000),
});

export const load: PageServerLoad = ({ locals, url }) => {
	if (locals.agent) redirect(303, safeNext(url.searchParams.get('next'), url.origin));
	return { signedOut: url.searchParams.has('signed-out'), unreachable: locals.unreachable };
};

export const actions: Actions = {
	default: async (event) => {
		const form = await readForm(event.request);
		const email = textOf(form, 'email').slice(0, 320);
		const parsed = credentials.safeParse({ email, password: textOf(form, 'password') });
		if (!parsed.success) {
			const { fieldErrors } = z.flattenError(parsed.error);
			const problems = {
				emailProblem: fieldErrors.email?.[0] ?? null,
				passwordProblem: fieldErrors.password?.[0] ?? null,
			};
			return fail(400, { email, problem: null, ...problems });
		}
		const refusal = await signIn(event, parsed.data);
		if (refusal)
			return fail(refusal.status, {
				email,
				problem: refusal.problem,
				emailProblem: null,
				passwordProblem: null,
			});
		redirect(303, safeNext(event.url.searchParams.get('next'), event.url.origin));
	},
};

/**
 * Signs in, or returns the reason why not: the same sentence for every wrong pair, so that it does not reveal which
 * addresses have an account.
 */
async function signIn(
	event: RequestEvent,
	{ email, password }: z.infer<typeof credentials>,
): Promise<{ status: number; problem: string } | null> {
	const attempt = countSignIn(event, email);
	if (attempt.wait > 0) return tooMany(event, attempt.wait / 1000);
	try {
		const result = await event.locals.session.signIn(email, password);
		if ('session' in result) attempt.takeBack();
		else if (result.refused === 'too_many') return tooMany(event, result.wait);
		else return { status: 400, problem: strings.login.refused };
		return null;
	} catch (cause) {
		attempt.takeBack();
		logFault('Signing in is impossible', cause);
		return { status: 503, problem: strings.login.unreachable };
	}
}

function tooMany({ setHeaders }: RequestEvent, seconds: number) {
	setHeaders({ 'retry-after': String(Math.ceil(seconds)) });
	return { status: 429, problem: strings.login.tooMany(Math.ceil(seconds / 60)) };
}
