import type { ChatApi } from '../api/chat-api';
import { Backoff } from '../realtime/backoff';
import type { ChatEnvironment } from '../environment';
import { chatError, type ChatError, type Result } from '../errors';
import * as TIMING from '../realtime/timing';
import type { SupportAttachment } from '../types';
import { transfer } from '../upload/transfer';
import { putWithProgress } from '../upload/transport';
import type { HeldFiles } from './held-files';
import type { Outbox, UnsentMessage } from './outbox';
import { heldLock, inTurn } from './locks';

export interface HeldUploadsOptions {
	api: ChatApi;
	environment: ChatEnvironment;
	outbox: Outbox;
	files: HeldFiles;
	prefix: string;
	/** The chat of a message; a customer's is made if there is none. */
	chatOf: (message: UnsentMessage) => Promise<Result<string>>;
	/** A message is complete, or was rejected. */
	onChange: () => void;
}

/** With these the ticket of an earlier visit is of no use any more: the file is uploaded under another id. */
const NEW_TICKET: readonly string[] = ['support_attachment_not_found', 'support_upload_conflict'];
/** So often bytes are looked for that a page may still be writing down. */
const LOOKS = 5;

/**
 * Uploads the files of messages that were sent before their uploads were done, after their composer is gone.
 */
export class HeldUploads {
	readonly #options: HeldUploadsOptions;
	readonly #running = new Set<string>();
	#wakers: (() => void)[] = [];
	readonly #abort = new AbortController();

	constructor(options: HeldUploadsOptions) {
		this.#options = options;
	}

	/** Begins with the messages that wait, unless another tab has them. */
	begin(messages: UnsentMessage[]): void {
		const { environment, prefix } = this.#options;
		for (const { id } of messages) {
			if (this.#running.has(id)) continue;
			this.#running.add(id);
			void inTurn(environment, heldLock(prefix, id), () => this.#complete(id)).then(() =>
				this.#running.delete(id),
			);
		}
	}

	/** Tries now what waits for another try. */
	wake(): void {
		for (const wake of this.#wakers.splice(0)) wake();
	}

	stop(): void {
		this.#abort.abort();
		this.wake();
	}

	#next(id: string): { message: UnsentMessage; fileId: string } | null {
		const message = this.#abort.signal.aborted ? undefined : this.#options.outbox.get(id);
		const fileId = message?.held[0];
		return message && fileId !== undefined && !message.refused ? { message, fileId } : null;
	}

	async #complete(id: string): Promise<void> {
		const { environment, outbox, onChange } = this.#options;
		const backoff = new Backoff(environment, TIMING.resendFirst, TIMING.resendMost);
		let renewed = '';
		for (let next = this.#next(id); next; next = this.#next(id)) {
			const { fileId } = next;
			const { data, error } = await this.#upload(next.message, fileId, backoff.failures >= LOOKS);
			if (data) {
				backoff.reset();
				await this.#uploaded(id, fileId, data);
			} else if (error.kind !== 'refused') await this.#sleep(backoff.next(), error);
			else if (NEW_TICKET.includes(error.code) && renewed !== fileId)
				renewed = await this.#renew(id, fileId);
			else outbox.update(id, { refused: error.code });
		}
		onChange();
	}

	async #upload(
		message: UnsentMessage,
		fileId: string,
		isMissing: boolean,
	): Promise<Result<SupportAttachment>> {
		const { api, environment, files, chatOf } = this.#options;
		const stored = await files.get(fileId);
		if (!stored) {
			const error = chatError('support_file_missing');
			return { data: null, error: isMissing ? error : { ...error, kind: 'retry' } };
		}
		const chat = await chatOf(message);
		if (chat.error) return chat;
		return transfer({
			...{ api, put: environment.upload ?? putWithProgress, id: fileId, chatId: chat.data },
			signal: this.#abort.signal,
			file: { ...stored, thumbnail: null },
			pause: (ms) => new Promise((resolve) => void environment.after(ms, resolve)),
			onProgress: () => {},
			onUploaded: () => {},
		});
	}

	async #uploaded(id: string, fileId: string, attachment: SupportAttachment): Promise<void> {
		const { outbox, files } = this.#options;
		const message = outbox.get(id);
		// It may have been discarded in the meantime.
		if (message)
			outbox.update(id, {
				attachments: message.attachments.map((one) => (one.id === fileId ? attachment : one)),
				held: message.held.filter((one) => one !== fileId),
			});
		await files.delete(fileId);
	}

	/** Gives a file another id, and so another ticket. */
	async #renew(id: string, fileId: string): Promise<string> {
		const { environment, outbox, files } = this.#options;
		const message = outbox.get(id);
		const stored = await files.get(fileId);
		if (!message || !stored) return fileId;
		const fresh = environment.uuid();
		await files.put(fresh, stored);
		outbox.update(id, {
			attachments: message.attachments.map((one) =>
				one.id === fileId ? { ...one, id: fresh } : one,
			),
			held: message.held.map((one) => (one === fileId ? fresh : one)),
		});
		await files.delete(fileId);
		return fresh;
	}

	#sleep(ms: number, error: ChatError): Promise<void> {
		const { environment } = this.#options;
		const wait = environment.isOnline() ? ms : TIMING.resendMost;
		return new Promise((resolve) => {
			const cancel = environment.after(Math.max(wait, error.retryAfter ?? 0), resolve);
			this.#wakers.push(() => {
				cancel();
				resolve();
			});
		});
	}
}
