import { fail, redirect } from '@sveltejs/kit';
import { z } from 'zod';
import { strings } from '$lib/dashboard/strings';
import { safeNext } from '$lib/server/access';
import type { Actions, PageServerLoad } from './$types';

const credentials = z.object({
	email: z.string().trim().max(320).pipe(z.email(strings.login.invalidEmail)),
	password: z.string().min(1, strings.login.missingPassword).max(1000),
});

export const load: PageServerLoad = ({ locals, url }) => {
	if (locals.agent) redirect(303, safeNext(url.searchParams.get('next'), url.origin));
	return { signedOut: url.searchParams.has('signed-out') };
};

export const actions: Actions = {
	default: async ({ request, locals, url }) => {
		const form = await request.formData();
		const email = text(form.get('email')).slice(0, 320);
		const parsed = credentials.safeParse({ email, password: text(form.get('password')) });
		if (!parsed.success) {
			const { fieldErrors } = z.flattenError(parsed.error);
			return fail(400, {
				email,
				problem: null,
				emailProblem: fieldErrors.email?.[0] ?? null,
				passwordProblem: fieldErrors.password?.[0] ?? null,
			});
		}
		const { error } = await locals.supabase.auth.signInWithPassword(parsed.data);
		if (error) {
			const { status, problem } = explain(error.status);
			return fail(status, { email, problem, emailProblem: null, passwordProblem: null });
		}
		redirect(303, safeNext(url.searchParams.get('next'), url.origin));
	},
};

/** A file where a text belongs counts as nothing. */
const text = (value: FormDataEntryValue | null): string => (typeof value === 'string' ? value : '');

/** One sentence for every refusal, whatever its reason: nobody learns here which addresses have an account. */
function explain(status: number | undefined): { status: number; problem: string } {
	if (status === 429) return { status: 429, problem: strings.login.tooMany };
	if (status === undefined || status === 0 || status >= 500)
		return { status: 503, problem: strings.login.unreachable };
	return { status: 400, problem: strings.login.refused };
}
