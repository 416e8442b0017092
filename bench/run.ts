/** `npm run bench`: prints measurements beside the baselines of the same run; `npm run bench -- reports` one part. See README.md here. */
import { Closers } from '../local-stack/stack/cleanup';
import { benchAssignment } from './assignment/index';
import { benchMessages } from './messages';
import { benchReports } from './reports/index';

const parts: Record<string, (closers: Closers) => Promise<boolean>> = {
	messages: benchMessages,
	reports: benchReports,
	assignment: benchAssignment,
};

process.chdir(new URL('..', import.meta.url).pathname);
let closers = new Closers();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
	process.once(signal, () => void closers.close().finally(() => process.exit(130)));
for (const part of chooseParts(process.argv.slice(2))) {
	closers = new Closers();
	try {
		if (!(await part(closers))) process.exitCode = 1;
	} finally {
		await closers.close();
	}
}

function chooseParts(names: string[]): ((closers: Closers) => Promise<boolean>)[] {
	return (names.length === 0 ? Object.keys(parts) : names).map((name) => {
		const part = parts[name];
		if (part) return part;
		console.error(
			`There is no part called ${name}. The parts are: ${Object.keys(parts).join(', ')}.`,
		);
		return process.exit(2);
	});
}
