import type { ChatClient } from '../../client';
import { loadFileCatalogue } from '../../i18n/files/load';
import { fileWords, type FileWords } from '../../i18n/files/words';
import { pickLocale } from '../../i18n/load';
import type { Translator } from '../../i18n/translate';
import type { UploadLimits } from '../../upload/limits';
import { SignedUrls } from '../../upload/signed-urls.svelte';
import { UploadTray, type TrayStore } from '../../upload/tray.svelte';
import type { SupportAttachment } from '../../types';
import FileTray from './FileTray.svelte';
import MessageFiles from './MessageFiles.svelte';

export interface FileKitOptions {
	client: ChatClient;
	store: TrayStore;
	t: Translator;
	limits: () => UploadLimits;
	/** Why nothing can be written now; empty when it can. */
	reason: () => string;
}

/** The images of one message, one of them in full view. */
export interface Viewing {
	images: SupportAttachment[];
	index: number;
}

/** How long a drag counts after its last event, milliseconds: browsers send one at least this often. */
const DRAG_SILENCE = 500;

/** Everything about files that one chat shows. */
export class FileKit {
	readonly Tray = FileTray;
	readonly Files = MessageFiles;
	readonly tray: UploadTray;
	readonly urls: SignedUrls;
	readonly words: FileWords;
	/** Files are held over the chat. */
	isOver = $state(false);
	viewing: Viewing | null = $state.raw(null);
	/** The dropped or pasted files were refused for this reason. */
	refusal = $state('');
	readonly #options: FileKitOptions;
	#cancel = (): void => {};

	constructor(options: FileKitOptions, words: FileWords) {
		const { client, store, limits } = options;
		this.#options = options;
		this.words = words;
		this.urls = new SignedUrls(client);
		this.tray = new UploadTray({ client, store, limits });
	}

	get reason(): string {
		return this.#options.reason().trim();
	}

	/** Shows an image in full view, or none. */
	view(viewing: Viewing | null): void {
		this.viewing = viewing;
	}

	/** A paste, a drop, or a drag that goes on. */
	handleFiles(event: string, files: File[]): void {
		this.#cancel();
		this.isOver = event === 'dragover';
		this.refusal = '';
		if (this.isOver)
			this.#cancel = this.#options.client.environment.after(
				DRAG_SILENCE,
				() => (this.isOver = false),
			);
		else if (files.length > 0 && this.reason) this.refusal = this.reason;
		else if (files.length > 0) this.tray.add(files);
	}
}

/** Loads the texts, and assembles the parts. Rejects when the texts cannot be fetched. */
export async function createFileKit(options: FileKitOptions): Promise<FileKit> {
	const [catalogue] = await Promise.all([
		loadFileCatalogue(pickLocale([options.t.locale])),
		// Loaded now, so that the first file can be kept without a network.
		import('../../outbox/indexed-files'),
	]);
	return new FileKit(options, fileWords(options.t, catalogue));
}
