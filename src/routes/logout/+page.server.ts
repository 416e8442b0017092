import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';

/** There is nothing to see: a link that is followed must not sign anybody out. */
export const load: PageServerLoad = () => redirect(303, '/chats');

export const actions: Actions = {
	default: async ({ locals }) => {
		// This browser only: the same person may be at work on another machine.
		await locals.session.signOut();
		redirect(303, '/login?signed-out');
	},
};
