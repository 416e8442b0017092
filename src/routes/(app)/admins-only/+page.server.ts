import { redirect } from '@sveltejs/kit';
import { strings } from '$lib/dashboard/strings/dashboard';
import type { PageServerLoad } from './$types';

/** Where agents come who open a page of admins. */
export const load: PageServerLoad = ({ locals }) => {
	if (locals.agent?.role === 'admin') redirect(303, '/settings');
	return { title: strings.adminsOnly.title };
};
