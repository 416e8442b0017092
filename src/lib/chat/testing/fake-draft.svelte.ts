import type { StorageLike } from '../environment';
import type { SupportAttachment } from '../types';

const KEPT = 'p:files';

/** The part of a thread that a tray needs, kept in the browser as a thread keeps it. */
export class FakeDraft {
	chat: { id: string } | null = { id: 'chat' };
	#files: SupportAttachment[] = $state.raw([]);

	constructor(readonly storage: StorageLike | null) {}

	get files(): SupportAttachment[] {
		return this.#files;
	}

	set files(files: SupportAttachment[]) {
		this.#files = files;
		this.storage?.setItem(KEPT, JSON.stringify(files));
	}

	reload(): void {
		this.#files = JSON.parse(this.storage?.getItem(KEPT) ?? '[]') as SupportAttachment[];
	}
}
