import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';

/** A GET only redirects: following a link must not sign the user out. */
export const load: PageServerLoad = () => redirect(303, '/chats');

export const actions: Actions = {
	default: async ({ locals }) => {
		// Only in this browser, because the same user may work on another machine.
		await locals.session.signOut();
		redirect(303, '/login?signed-out');
	},
};
