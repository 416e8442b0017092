import { commandLine, parentOf } from '../postgres/process-table';

const MAX_DEPTH = 4;
const PACKAGE_MANAGER = /^(npm|pnpm|yarn|bun) |^\S*node \S*\/(npm-cli|npm|pnpm|yarn)[^/\s]*\.c?js /;

/**
 * Has npm, or a process between it and this one (its shell, tsx), ended? None of them passes on a signal that only it
 * receives, and this process survives when one of them is killed. Without npm, only the parent counts.
 */
export function watchAncestors(): () => boolean {
	const chain = ancestorsUpToPackageManager();
	return () => chain.some(({ pid, parent }) => parentOf(pid) !== parent);
}

interface Link {
	pid: number;
	parent: number;
}

function ancestorsUpToPackageManager(): Link[] {
	const chain: Link[] = [];
	let pid = process.pid;
	for (let depth = 0; depth < MAX_DEPTH; depth++) {
		const parent = parentOf(pid);
		if (parent === undefined || parent <= 1) break;
		chain.push({ pid, parent });
		if (PACKAGE_MANAGER.test(`${commandLine(parent)} `)) return chain;
		pid = parent;
	}
	return chain.slice(0, 1);
}
