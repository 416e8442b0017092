import { chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findHome } from '../postgres/home';
import { findServerAccount } from '../postgres/server-account';

/** A name for a data directory that the server's user can reach, and functions to change its content. */
export async function makeDataDir(): Promise<{
	path: string;
	writeFile(name: string, content: string): Promise<void>;
	remove(): Promise<void>;
}> {
	const path = join(
		await findHome(),
		`temporary-${process.pid}-kept-${crypto.randomUUID().slice(0, 8)}`,
	);
	return {
		path,
		async writeFile(name, content) {
			const { uid, gid } = await findServerAccount();
			await writeFile(join(path, name), content, { mode: 0o600 });
			if (uid !== undefined && gid !== undefined) await chown(join(path, name), uid, gid);
		},
		remove: () => rm(path, { recursive: true, force: true }),
	};
}
