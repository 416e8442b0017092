import type { ChatClient } from '../client';
import type { ChatErrorCode } from '../errors';
import { ATTACHMENTS_MAX } from '../limits';
import type { StoredFile } from '../outbox/indexed-files';
import type { SupportAttachment } from '../types';
import { bytesOf, type UploadLimits } from './limits';
import { prepareFile } from './prepare';
import { FileProblem } from './problem';
import { TrayItem } from './tray-item.svelte';
import { putWithProgress, type Put } from './transport';
import { Uploader } from './uploader';

/** The part of a store that a tray uses. */
export interface TrayStore {
	/** The files of the draft that are ready. */
	files: SupportAttachment[];
	readonly state: { readonly chat: { id: string } | null };
	/** The message is sent as soon as these are ready, whatever happens to the tray. */
	hold?(uploading: SupportAttachment[]): void;
	unhold?(): void;
	/** The bytes, until the server has them. */
	readonly heldFiles?: {
		put(id: string, file: StoredFile): void;
		delete(id: string): void;
	};
}

export interface UploadTrayOptions {
	client: ChatClient;
	store: TrayStore;
	/** The present settings. */
	limits: () => UploadLimits;
	prepare?: typeof prepareFile;
	put?: Put;
}

/** The last event, for screen readers. */
export type TrayNews =
	| { kind: 'ready' | 'removed'; name: string }
	| { kind: 'failed'; name: string; code: ChatErrorCode }
	| { kind: 'blocked' };

/**
 * The files of the message that is being written: prepares them, uploads two at a time, and keeps ready files in the chat's
 * draft, where they survive a reload.
 */
export class UploadTray {
	#items: TrayItem[] = $state.raw([]);
	/** More files were chosen than fit. */
	overflow = $state(false);
	/** Sends by itself once all are ready. */
	isSending = $state(false);
	news: TrayNews | null = $state.raw(null);
	readonly #options: UploadTrayOptions;
	readonly #uploader: Uploader;
	#chatId: string | null = null;
	#send = (): void => {};

	constructor(options: UploadTrayOptions) {
		this.#options = options;
		this.#uploader = new Uploader({
			client: options.client,
			put: options.put ?? options.client.environment.upload ?? putWithProgress,
			chatId: () => options.store.state.chat?.id ?? null,
			onSettled: (item) => this.#settled(item),
		});
	}

	/** In the order in which they were added; those of an earlier visit first. */
	get items(): TrayItem[] {
		const { files } = this.#options.store;
		const known = this.#items.filter(
			({ id, state }) => state !== 'ready' || files.some((file) => file.id === id),
		);
		const restored = files
			.filter(({ id }) => !known.some((item) => item.id === id))
			.map((file) => TrayItem.ofAttachment(file));
		return [...restored, ...known];
	}

	get limits(): UploadLimits {
		return this.#options.limits();
	}

	get isBusy(): boolean {
		return this.#items.some((item) => item.isBusy);
	}

	/** Adds files, up to the limit. */
	add(files: readonly File[]): void {
		this.#forChat();
		const room = ATTACHMENTS_MAX - this.items.length;
		this.overflow = files.length > room;
		const { environment } = this.#options.client;
		const added = files.slice(0, room).map((file) => new TrayItem(environment.uuid(), file));
		this.#items = [...this.items, ...added];
		for (const item of added) void this.#prepare(item);
	}

	/** Removes a file in any state. */
	remove(item: TrayItem): void {
		item.release();
		item.isRemoved = true;
		this.#items = this.items.filter(({ id }) => id !== item.id);
		const { store } = this.#options;
		store.heldFiles?.delete(item.id);
		this.#hold();
		if (item.attachment) store.files = store.files.filter(({ id }) => id !== item.id);
		this.overflow = false;
		this.news = { kind: 'removed', name: item.name };
		this.#uploader.next(this.#items);
		this.#sendIfDone();
	}

	/** Tries a failed file again; one that could not be prepared is prepared again. */
	retry(item: TrayItem): void {
		item.problem = null;
		item.progress = 0;
		if (!item.prepared) return void this.#prepare(item);
		item.state = 'waiting';
		this.#uploader.next(this.#items);
	}

	/**
	 * Whether the message has to wait for its files. It is then sent with `send` as soon as they are ready; if one fails,
	 * it is not sent, and everything stays.
	 */
	hold(send: () => void): boolean {
		if (this.items.some(({ state }) => state === 'failed')) {
			this.overflow = false;
			this.news = { kind: 'blocked' };
			return true;
		}
		if (!this.isBusy) return false;
		this.#send = send;
		this.isSending = true;
		this.#hold();
		return true;
	}

	/** Cancels the automatic sending. */
	unhold(): void {
		if (this.isSending) this.#options.store.unhold?.();
		this.isSending = false;
	}

	/** Ends all work; ready files stay in the draft, and a message that waits for its files stays in the outbox. */
	stop(): void {
		this.#uploader.stop();
		for (const item of this.#items) {
			item.release();
			item.isRemoved = !this.isSending;
			if (item.isRemoved) this.#options.store.heldFiles?.delete(item.id);
		}
		this.#items = [];
		this.isSending = false;
	}

	/** Another chat or user starts with an empty tray. */
	#forChat(): void {
		const chatId = this.#options.store.state.chat?.id ?? null;
		if (this.#chatId !== null && this.#chatId !== chatId) {
			for (const item of this.#items) item.release();
			this.#items = [];
		}
		this.#chatId = chatId;
	}

	/** Reports to the store for which files its message waits. */
	#hold(): void {
		if (!this.isSending) return;
		const uploading = this.#items.filter((item) => item.isBusy);
		this.#options.store.hold?.(uploading.map((item) => item.record));
	}

	async #prepare(item: TrayItem): Promise<void> {
		item.state = 'preparing';
		const { prepare = prepareFile } = this.#options;
		try {
			if (!item.source) return;
			const prepared = await prepare(item.source, this.limits);
			if (!item.isRemoved) this.#options.store.heldFiles?.put(item.id, prepared);
			if (item.abort.signal.aborted) return prepared.thumbnail?.close();
			if (prepared.blob.size > bytesOf(this.limits))
				throw new FileProblem('support_upload_too_large');
			item.prepared = prepared;
			item.name = prepared.name;
			item.size = prepared.blob.size;
			item.type = prepared.blob.type;
			item.thumbnail = prepared.thumbnail;
			item.state = 'waiting';
			this.#uploader.next(this.#items);
		} catch (cause) {
			if (item.abort.signal.aborted) return;
			item.fail(cause instanceof FileProblem ? cause.code : 'support_file_damaged', false);
			this.#settled(item);
		}
	}

	#settled(item: TrayItem): void {
		const { store } = this.#options;
		// It was removed: others can start now.
		if (item.abort.signal.aborted) return this.#uploader.next(this.#items);
		if (item.attachment) {
			const order = this.#items.map(({ id }) => id);
			store.files = [...store.files, item.attachment].sort(
				(one, other) => order.indexOf(one.id) - order.indexOf(other.id),
			);
			store.heldFiles?.delete(item.id);
			this.news = { kind: 'ready', name: item.name };
		} else if (item.problem) {
			this.unhold();
			this.news = { kind: 'failed', name: item.name, code: item.problem };
		}
		this.#uploader.next(this.#items);
		this.#sendIfDone();
	}

	#sendIfDone(): void {
		if (!this.isSending || this.isBusy) return;
		this.isSending = false;
		this.#send();
	}
}
