import { redirect } from '@sveltejs/kit';
import { env } from '$env/dynamic/private';
import { readConfig } from '$lib/server/config';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = () => {
	const { config, problems } = readConfig(env);
	if (config) redirect(303, '/chats');
	return { problems };
};
