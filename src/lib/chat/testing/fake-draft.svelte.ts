import type { StorageLike } from '../environment';
import type { StoredFile } from '../outbox/indexed-files';
import type { SupportAttachment } from '../types';

const KEPT = 'p:files';

/** The part of a store that a tray needs, kept in the browser as a store keeps it. */
export class FakeDraft {
	readonly state = { chat: { id: 'chat' } };
	#files: SupportAttachment[] = $state.raw([]);

	constructor(readonly storage: StorageLike | null) {}

	get files(): SupportAttachment[] {
		return this.#files;
	}

	set files(files: SupportAttachment[]) {
		this.#files = files;
		this.storage?.setItem(KEPT, JSON.stringify(files));
	}

	/** The message's pending files; null when there are none. */
	holding: SupportAttachment[] | null = null;
	/** The ids of files whose bytes are kept. */
	kept: string[] = [];
	readonly heldFiles = {
		put: (id: string, _file: StoredFile): void => void (this.kept = [...this.kept, id]),
		delete: (id: string): void => void (this.kept = this.kept.filter((one) => one !== id)),
	};

	hold(uploading: SupportAttachment[]): void {
		this.holding = uploading;
	}

	unhold(): void {
		this.holding = null;
	}

	reload(): void {
		this.#files = JSON.parse(this.storage?.getItem(KEPT) ?? '[]') as SupportAttachment[];
	}
}
