import { error } from '@sveltejs/kit';
import { dev } from '$app/environment';
import { env } from '$env/dynamic/private';
import { strings } from '$lib/dashboard/strings/dashboard';
import { isDemoEnabled } from '$lib/server/config';
import type { PageServerLoad } from './$types';

/** The page of a sample customer, for development and trials only. */
export const load: PageServerLoad = ({ locals }) => {
	if (!dev && !isDemoEnabled(env)) error(404, { message: strings.error.notFound });
	if (!locals.config) error(503, { message: strings.setup.title });
	return { config: locals.config };
};
