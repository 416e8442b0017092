import type { FileKit } from '../components/files/kit.svelte';

/**
 * The way to everything about files, which is fetched when it is first needed. What was chosen, pasted or dropped before it
 * is there is kept for it.
 */
export class AttachmentInput {
	/** Undefined until it was needed; null where it could not be fetched: the next need tries again. */
	kit: FileKit | null | undefined = $state.raw();
	/** The mime types that may be attached now; none where nothing may. */
	readonly types: () => readonly string[];
	readonly #load: () => Promise<FileKit>;
	#waiting: ((kit: FileKit) => void)[] = [];
	/** Choices of files that the kit does not have yet. */
	#pending = 0;

	constructor(load: () => Promise<FileKit>, types: () => readonly string[]) {
		this.#load = load;
		this.types = types;
	}

	/** Calls back once it is there: now, in a moment, or after a later try. */
	need = (use: (kit: FileKit) => void = () => {}): void => {
		if (this.kit) return use(this.kit);
		// Who waits already has it fetched.
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

	/** Handles a paste, drag or drop; leaves events without files, or with text besides, to the browser. */
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
		// Chosen while the code for files is still being fetched: the message goes with them, not without.
		if (this.#pending === 0) return false;
		this.need((kit) => {
			if (!kit.tray.hold(send)) send();
		});
		return true;
	};
}
