import { Backoff } from '../realtime/backoff';
import type { ChatClient } from '../client';
import type { ChatError } from '../errors';
import * as TIMING from '../realtime/timing';
import { transfer } from './transfer';
import type { TrayItem } from './tray-item.svelte';
import type { Put } from './transport';

/** Files that are on their way at the same time. */
const AT_ONCE = 2;
/** A file is tried this often while there is a network; then it shows as failed, with `Retry`. */
const TRIES = 6;

export interface UploaderOptions {
	client: ChatClient;
	put: Put;
	chatId: () => string | null;
	/** It is ready, or failed, or was cancelled. */
	onSettled: (item: TrayItem) => void;
}

/** The limit's pause is too long to wait for automatically: the user tries again. */
const RATE_LIMITED = 'support_upload_rate_limited';

/** Uploads the waiting files, two at a time, and repeats while only the network fails. */
export class Uploader {
	readonly #options: UploaderOptions;
	readonly #running = new Set<TrayItem>();
	/** Items that wait for another try, each with the function that starts it now. */
	readonly #sleeping = new Map<TrayItem, () => void>();
	readonly #unlisten: () => void;

	constructor(options: UploaderOptions) {
		this.#options = options;
		this.#unlisten = options.client.environment.on('wake', () => {
			for (const wake of [...this.#sleeping.values()]) wake();
		});
	}

	/** Starts the items whose turn it is. */
	next(items: readonly TrayItem[]): void {
		for (const item of items) {
			if (this.#running.size >= AT_ONCE) return;
			if (item.state === 'waiting' && !this.#running.has(item)) void this.#upload(item);
		}
	}

	stop(): void {
		this.#unlisten();
		for (const wake of [...this.#sleeping.values()]) wake();
	}

	async #upload(item: TrayItem): Promise<void> {
		const { client, onSettled } = this.#options;
		const { signal } = item.abort;
		const backoff = new Backoff(client.environment, TIMING.resendFirst, TIMING.resendMost);
		this.#running.add(item);
		const isGivenUp = (): boolean => signal.aborted;
		while (!isGivenUp()) {
			const error = await this.#try(item);
			if (isGivenUp() || !error) break;
			const isOnline = client.environment.isOnline();
			if (error.kind !== 'retry' || (isOnline && backoff.failures + 1 >= TRIES)) {
				item.fail(error.code, error.kind !== 'refused' || error.code === RATE_LIMITED);
				break;
			}
			item.state = 'retrying';
			// Being offline is not the file's failure.
			const wait = isOnline ? backoff.next() : TIMING.resendMost;
			await this.#sleep(item, Math.max(wait, error.retryAfter ?? 0));
		}
		this.#running.delete(item);
		onSettled(item);
	}

	/** Null when it went well. */
	async #try(item: TrayItem): Promise<ChatError | null> {
		const { client, put, chatId } = this.#options;
		const { prepared } = item;
		const { signal } = item.abort;
		if (!prepared) return null;
		item.state = 'uploading';
		item.progress = 0;
		const { data, error } = await transfer({
			...{ api: client.api, put, signal, id: item.id, chatId: chatId() ?? '', file: prepared },
			pause: (ms) => this.#sleep(item, ms),
			onProgress: (share) => (item.progress = share),
			onUploaded: () => {
				item.progress = 1;
				item.state = 'checking';
			},
		});
		if (error || signal.aborted) return error;
		item.attachment = data;
		item.name = data.name;
		item.state = 'ready';
		return null;
	}

	#sleep(item: TrayItem, ms: number): Promise<void> {
		return new Promise((resolve) => {
			const wake = (): void => {
				this.#sleeping.delete(item);
				cancel();
				item.abort.signal.removeEventListener('abort', wake);
				resolve();
			};
			const cancel = this.#options.client.environment.after(ms, wake);
			this.#sleeping.set(item, wake);
			item.abort.signal.addEventListener('abort', wake);
		});
	}
}
