import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface LockedPackage {
	optionalDependencies?: Record<string, string>;
	libc?: string[];
	resolved?: string;
}

const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
	readFileSync('package-lock.json', 'utf8'),
);
const packages = Object.entries(lock.packages);

test('the lock file has the packages of every platform, so that npm ci accepts it everywhere', () => {
	const missing = packages.flatMap(([path, { optionalDependencies }]) =>
		Object.keys(optionalDependencies ?? {}).filter(
			(name) =>
				!lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
		),
	);
	expect(missing).toEqual([]);
});

test('the lock file has no field that one version of npm writes and another removes', () => {
	// npm 11 writes libc and keeps a file without it; npm 10 removes it.
	expect(packages.filter(([, { libc }]) => libc).map(([path]) => path)).toEqual([]);
});

test('the lock file names no registry', () => {
	expect(packages.filter(([, { resolved }]) => resolved).map(([path]) => path)).toEqual([]);
});
