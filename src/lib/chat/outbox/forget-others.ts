import { attempt, type ChatEnvironment } from '../environment';
import { deleteFiles } from './held-files';
import { keysOf } from './user-storage';

/** Removes what other users left behind under `prefix`: the next person at this browser must not find it. */
export async function forgetOthers(
	environment: ChatEnvironment,
	prefix: string,
	userId: string,
): Promise<void> {
	const { storage } = environment;
	const isOthers = (key: string): boolean =>
		key.startsWith(prefix) && !key.startsWith(`${prefix}${userId}:`);
	const found = keysOf(storage).filter(isOthers);
	for (const key of found) attempt(() => storage?.removeItem(key));
	if (found.some((key) => key.endsWith(':files'))) await deleteFiles(environment, isOthers);
}
