import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** An address of the dashboard that a form can be posted to. */
export interface PostTarget {
	/** The route, as SvelteKit names it. */
	route: string;
	/** The address, with the action that it names. */
	path: string;
	/** Whether the route has this action. Others are tried, too: they must be refused without a crash. */
	hasAction: boolean;
}

const loader = z.custom<() => Promise<unknown>>((value) => typeof value === 'function');
const manifest = z.object({
	_: z.object({
		nodes: z.array(loader),
		routes: z.array(z.object({ id: z.string(), page: z.object({ leaf: z.number() }).nullable() })),
	}),
});
const node = z.object({
	server: z.object({ actions: z.record(z.string(), z.unknown()).optional() }).optional(),
});

/** Every route of the built server with each of its actions, from its manifest. */
export async function postTargets(): Promise<PostTarget[]> {
	const { nodes, routes } = (await readManifest())._;
	const targets: PostTarget[] = [];
	for (const { id, page } of routes) {
		const found = page === null ? undefined : await nodes[page.leaf]?.();
		const actions = Object.keys(node.safeParse(found).data?.server?.actions ?? {});
		const paths = actions.map((name) => (name === 'default' ? '' : `?/${name}`));
		for (const query of paths)
			targets.push({ route: id, path: pathOf(id) + query, hasAction: true });
		if (paths.length === 0) targets.push({ route: id, path: pathOf(id), hasAction: false });
	}
	return targets;
}

async function readManifest(): Promise<z.infer<typeof manifest>> {
	const folder = 'build/server/chunks';
	const file = (await readdir(folder)).find((name) => /^manifest.*\.js$/.test(name));
	if (file === undefined) throw new Error('The build has no manifest.');
	const loaded = await load(pathToFileURL(resolve(join(folder, file))).href);
	const found: unknown = Object.values(loaded).find((value) => manifest.safeParse(value).success);
	return manifest.parse(found);
}

const load = (url: string): Promise<object> => import(url) as Promise<object>;

/** An address of a route: groups left out, a value for each parameter. */
function pathOf(id: string): string {
	const parts = id.split('/').filter((part) => !/^\(.*\)$/.test(part));
	const path = parts.join('/').replace('[table]', 'agents');
	return path.replace(/\[[^\]]+\]/g, '00000000-0000-4000-8000-000000000000') || '/';
}
