import type { ChatEnvironment } from '../environment';
import type { KeptWords } from './kept-words';
import type { StoredFile } from './indexed-files';

/** Present in storage while the user has files there, so that a sign-out knows that they have to go. */
const MARK = 'files';

/** The bytes of one user's files that the server does not have yet. */
export class HeldFiles {
	readonly #words: KeptWords;
	readonly #environment: ChatEnvironment;
	/** Files that would be lost with the page. */
	readonly #inMemory = new Set<string>();
	readonly #onChange: () => void;

	/** `onChange`: `isVolatile` may have changed. */
	constructor(words: KeptWords, environment: ChatEnvironment, onChange: () => void) {
		this.#words = words;
		this.#environment = environment;
		this.#onChange = onChange;
	}

	get mayHaveSome(): boolean {
		return this.#words.get(MARK) !== null;
	}

	isVolatile(id: string): boolean {
		return this.#inMemory.has(id);
	}

	get(id: string): Promise<StoredFile | null> {
		return this.#environment.files.get(this.#key(id));
	}

	async put(id: string, { blob, name, width, height }: StoredFile): Promise<void> {
		this.#words.set(MARK, '1');
		const isKept = await this.#environment.files.put(this.#key(id), { blob, name, width, height });
		// Signed out in the meantime.
		if (this.#words.isForgotten) return this.#environment.files.delete(this.#key(id));
		if (!isKept) this.#inMemory.add(id);
		this.#onChange();
	}

	async delete(id: string): Promise<void> {
		if (!this.mayHaveSome) return;
		this.#inMemory.delete(id);
		await this.#environment.files.delete(this.#key(id));
		this.#onChange();
	}

	#key(id: string): string {
		return `${this.#words.prefix}file:${id}`;
	}
}

/** Deletes the files whose keys begin so. */
export async function deleteFiles(
	{ files }: ChatEnvironment,
	isWanted: (key: string) => boolean,
): Promise<void> {
	const keys = (await files.keys()).filter(isWanted);
	await Promise.all(keys.map((key) => files.delete(key)));
}
