/** `npm run bench`: prints measurements beside the baselines of the same run; `npm run bench -- reports` one part. See README.md here. */
import { Cleanup } from '../local-stack/stack/cleanup';
import { benchAssignment } from './assignment/index';
import { benchMessages } from './messages';
import { benchReports } from './reports/index';

const parts: Record<string, (cleanup: Cleanup) => Promise<boolean>> = {
	messages: benchMessages,
	reports: benchReports,
	assignment: benchAssignment,
};

process.chdir(new URL('..', import.meta.url).pathname);
let cleanup = new Cleanup();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
	process.once(signal, () => void cleanup.run().finally(() => process.exit(130)));
for (const part of chooseParts(process.argv.slice(2))) {
	cleanup = new Cleanup();
	try {
		if (!(await part(cleanup))) process.exitCode = 1;
	} finally {
		await cleanup.run();
	}
}

function chooseParts(names: string[]): ((cleanup: Cleanup) => Promise<boolean>)[] {
	return (names.length === 0 ? Object.keys(parts) : names).map((name) => {
		const part = parts[name];
		if (part) return part;
		console.error(
			`There is no part called ${name}. The parts are: ${Object.keys(parts).join(', ')}.`,
		);
		return process.exit(2);
	});
}
