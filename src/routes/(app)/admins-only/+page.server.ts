import { redirect } from '@sveltejs/kit';
import { strings } from '$lib/dashboard/strings/dashboard';
import type { PageServerLoad } from './$types';

/** The page for agents who open a page for admins. */
export const load: PageServerLoad = ({ locals }) => {
	if (locals.agent?.role === 'admin') redirect(303, '/settings');
	return { title: strings.adminsOnly.title };
};
