import type { FileKit } from '../components/files/kit.svelte';

/**
 * Loads the code for files when it is first needed. Files that were chosen, pasted or dropped before it is loaded are kept for
 * it.
 */
export class AttachmentInput {
	/** Undefined until it is needed; null if it could not be loaded: the next need tries again. */
	kit: FileKit | null | undefined = $state.raw();
	/** The mime types that may be attached now. */
	readonly types: () => readonly string[];
	readonly #load: () => Promise<FileKit>;
	#waiting: ((kit: FileKit) => void)[] = [];
	/** Choices of files that the kit does not have yet. */
	#pending = 0;

	constructor(load: () => Promise<FileKit>, types: () => readonly string[]) {
		this.#load = load;
		this.types = types;
	}

	/** Calls `use` once the code is loaded: now, in a moment, or after a later try. */
	need = (use: (kit: FileKit) => void = () => {}): void => {
		if (this.kit) return use(this.kit);
		// It is loading already.
		if (this.#waiting.push(use) > 1 && this.kit !== null) return;
		this.kit = undefined;
		this.#load().then(
			(kit) => {
				this.kit = kit;
				for (const one of this.#waiting.splice(0)) one(kit);
			},
			() => (this.kit = null),
		);
	};

	/** Takes files that were chosen. */
	add = (files: File[]): void => this.#withKit((kit) => kit.tray.add(files));

	#withKit(use: (kit: FileKit) => void): void {
		this.#pending++;
		this.need((kit) => {
			this.#pending--;
			use(kit);
		});
	}

	/** Handles a paste, drag or drop; leaves events without files, or with text, to the browser. */
	handleTransfer = (event: ClipboardEvent | DragEvent): void => {
		const data = 'clipboardData' in event ? event.clipboardData : event.dataTransfer;
		if (!data?.types.includes('Files') || data.types.includes('text/plain')) return;
		if (!this.types()[0]) return;
		event.preventDefault();
		const files = [...data.files];
		this.#withKit((kit) => kit.handleFiles(event.type, files));
	};

	/** Whether the message has to wait for its files; see `UploadTray.hold`. */
	holds = (send: () => void): boolean => {
		if (this.kit) return this.kit.tray.hold(send);
		// Chosen while the code for files is loading: the message is sent with them.
		if (this.#pending === 0) return false;
		this.need((kit) => {
			if (!kit.tray.hold(send)) send();
		});
		return true;
	};
}
