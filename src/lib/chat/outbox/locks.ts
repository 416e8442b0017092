import type { ChatEnvironment } from '../environment';

/** Does something while no other tab does it. Without locks at once: the server recognises a message by its id. */
export async function inTurn(
	{ locks }: ChatEnvironment,
	name: string,
	act: () => Promise<void>,
): Promise<void> {
	let hasBegun = false;
	const begin = (): Promise<void> => {
		hasBegun = true;
		return act();
	};
	if (!locks) return begin();
	await locks.request(name, begin).catch(() => {
		// Locks can be denied.
		if (!hasBegun) return begin();
	});
}

/** Holds a lock until the returned function is called. */
export function holdLock(environment: ChatEnvironment, name: string): () => void {
	let release = (): void => {};
	const released = new Promise<void>((resolve) => (release = resolve));
	void inTurn(environment, name, () => released);
	return release;
}

/** The lock of a message whose files are not uploaded yet. */
export const heldLock = (prefix: string, id: string): string => `${prefix}held:${id}`;
