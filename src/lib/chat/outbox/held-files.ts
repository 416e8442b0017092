import type { ChatEnvironment } from '../environment';
import type { UserStorage } from './user-storage';
import type { FileStorage, StoredFile } from './indexed-files';

/** Present in storage while the user has files there, so that a sign-out knows that they have to go. */
const MARK = 'files';

/** The bytes of one user's files that the server does not have yet. */
export class HeldFiles {
	readonly #storage: UserStorage;
	readonly #environment: ChatEnvironment;
	/** Files that would be lost with the page. */
	readonly #inMemory = new Set<string>();
	readonly #onChange: () => void;

	/** `onChange`: `isVolatile` may have changed. */
	constructor(storage: UserStorage, environment: ChatEnvironment, onChange: () => void) {
		this.#storage = storage;
		this.#environment = environment;
		this.#onChange = onChange;
	}

	get mayHaveSome(): boolean {
		return this.#storage.get(MARK) !== null;
	}

	isVolatile(id: string): boolean {
		return this.#inMemory.has(id);
	}

	async get(id: string): Promise<StoredFile | null> {
		const storage = await fileStorage(this.#environment);
		return storage?.get(this.#key(id)) ?? null;
	}

	async put(id: string, { blob, name, width, height }: StoredFile): Promise<void> {
		this.#storage.set(MARK, '1');
		const key = this.#key(id);
		const storage = await fileStorage(this.#environment);
		const isKept = await storage?.put(key, { blob, name, width, height });
		// Signed out in the meantime.
		if (this.#storage.isForgotten) return storage?.delete(key);
		if (!isKept) this.#inMemory.add(id);
		this.#onChange();
	}

	async delete(id: string): Promise<void> {
		if (!this.mayHaveSome) return;
		this.#inMemory.delete(id);
		await (await fileStorage(this.#environment))?.delete(this.#key(id));
		this.#onChange();
	}

	#key(id: string): string {
		return `${this.#storage.prefix}file:${id}`;
	}
}

/** Deletes the files whose keys begin so. */
export async function deleteFiles(
	environment: ChatEnvironment,
	isWanted: (key: string) => boolean,
): Promise<void> {
	const storage = await fileStorage(environment);
	if (!storage) return;
	const keys = (await storage.keys()).filter(isWanted);
	await Promise.all(keys.map((key) => storage.delete(key)));
}

/** The code for IndexedDB is loaded when it is first needed; null if it cannot be loaded. */
const fileStorage = async ({ files }: ChatEnvironment): Promise<FileStorage | null> =>
	files ?? import('./indexed-files').then((module) => module.indexedFiles).catch(() => null);
