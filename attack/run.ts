/**
 * `npm run test:attack`: attacks the product on a local stack, with attacks drawn from a seed. `npm run
 * test:attack -- functions --seed 7 --rounds 1` repeats one part. README.md lists the parts.
 */
import { Arena } from './core/arena';
import { readOptions } from './core/options';
import { runParts } from './core/run-parts';
import { parts } from './parts';

process.chdir(new URL('..', import.meta.url).pathname);
const options = readOptions(process.argv.slice(2));
const unknown = options.parts.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
	const known = parts.map(({ name }) => name).join(', ');
	console.error(`There is no part called ${unknown.join(', ')}. The parts are: ${known}.`);
	process.exit(2);
}
const chosen = parts.filter(
	({ name }) => options.parts.length === 0 || options.parts.includes(name),
);

const arena = new Arena();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
	process.once(signal, () => void arena.close().finally(() => process.exit(130)));
console.log(`Seed ${options.seed}: run again with --seed ${options.seed}`);
try {
	const { passed, failed } = await runParts(chosen, arena, options, console.log);
	console.log(`${passed} passed, ${failed} failed`);
	process.exitCode = failed === 0 ? 0 : 1;
} finally {
	await arena.close();
}
