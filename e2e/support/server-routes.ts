import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const manifest = z.object({
	_: z.object({
		routes: z.array(
			z.object({
				id: z.string(),
				page: z.object({}).nullable(),
				endpoint: z.function().nullable(),
			}),
		),
	}),
});

/** A route of the built server, with an address that matches it. */
export interface ServerRoute {
	id: string;
	path: string;
	isPage: boolean;
}

/** All routes of the built server, from its own manifest. */
export async function serverRoutes(): Promise<ServerRoute[]> {
	const folder = 'build/server/chunks';
	const file = (await readdir(folder)).find((name) => /^manifest.*\.js$/.test(name));
	if (!file) throw new Error('The build has no manifest.');
	const module: Record<string, unknown> = await import(pathToFileURL(join(folder, file)).href);
	const { routes } = Object.values(module).flatMap(
		(value) => manifest.safeParse(value).data ?? [],
	)[0]?._ ?? { routes: [] };
	return routes.map(({ id, page }) => ({ id, path: pathOf(id), isPage: page !== null }));
}

/** An address of a route: groups left out, an id for each parameter. */
function pathOf(id: string): string {
	const path = id
		.split('/')
		.filter((part) => !/^\(.*\)$/.test(part))
		.join('/')
		.replace('[table]', 'agents')
		.replace(/\[[^\]]+\]/g, '00000000-0000-4000-8000-000000000000');
	return path || '/';
}
