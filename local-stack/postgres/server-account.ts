import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NAME = 'postgres';

/** The account of the Postgres process. Empty for an ordinary user, as whom it then runs. */
export interface ServerAccount {
	uid?: number;
	gid?: number;
}

/** Postgres refuses to run as root, so root starts it as the user `postgres`, which is created if it is missing. */
export async function findServerAccount(): Promise<ServerAccount> {
	if (process.getuid?.() !== 0) return {};
	const found = await readAccount();
	if (found) return found;
	await run('groupadd', ['--system', '--force', NAME]).catch(rethrow);
	await run('useradd', ['--system', '--gid', NAME, '--no-create-home', NAME]).catch(rethrow);
	const made = await readAccount();
	if (made) return made;
	throw new Error(`Postgres cannot run as root, and there is no user ${NAME}.`);
}

async function readAccount(): Promise<ServerAccount | undefined> {
	try {
		const [user, group] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
		return { uid: Number.parseInt(user.stdout, 10), gid: Number.parseInt(group.stdout, 10) };
	} catch {
		return undefined; // No such user.
	}
}

function rethrow(cause: unknown): never {
	throw new Error(
		`Postgres cannot run as root, and the user ${NAME} could not be created. Create it, or run this as an ordinary user.`,
		{ cause },
	);
}
