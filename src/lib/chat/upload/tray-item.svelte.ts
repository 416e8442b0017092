import type { ChatErrorCode } from '../errors';
import type { SupportAttachment } from '../types';
import type { Prepared } from './prepare';

/**
 * `preparing`: it is checked and redrawn. `waiting`: other files go first. `retrying`: the network failed, another try follows.
 * `checking`: the server has all bytes and checks them.
 */
export type TrayState =
	'preparing' | 'waiting' | 'uploading' | 'retrying' | 'checking' | 'ready' | 'failed';

/** One file beside the composer. */
export class TrayItem {
	readonly id: string;
	/** Null if it was uploaded before this page was loaded. */
	readonly source: File | null;
	name: string = $state('');
	/** Bytes; of the prepared file once that is known. */
	size: number = $state(0);
	type: string = $state('');
	state: TrayState = $state('preparing');
	/** From 0 to 1. */
	progress: number = $state(0);
	/** Why it failed. */
	problem: ChatErrorCode | null = $state(null);
	/** Trying again may help. */
	canRetry: boolean = $state(false);
	thumbnail: ImageBitmap | null = $state.raw(null);
	prepared: Prepared | null = null;
	attachment: SupportAttachment | null = null;
	abort = new AbortController();
	/** It was removed; its bytes are not needed any more. */
	isRemoved = false;

	constructor(id: string, source: File | null) {
		this.id = id;
		this.source = source;
		if (!source) return;
		this.name = source.name;
		this.size = source.size;
		this.type = source.type;
	}

	/** Files that were uploaded and checked before. */
	static ofAttachment(attachment: SupportAttachment): TrayItem {
		const item = new TrayItem(attachment.id, null);
		item.name = attachment.name;
		item.size = attachment.size_bytes;
		item.type = attachment.mime_type;
		item.state = 'ready';
		item.progress = 1;
		item.attachment = attachment;
		return item;
	}

	/** The file's local data, before the server has it. */
	get record(): SupportAttachment {
		const { id, name, type, size, prepared } = this;
		const { width = null, height = null } = prepared ?? {};
		return { id, path: '', name, mime_type: type, size_bytes: size, width, height };
	}

	get isBusy(): boolean {
		return this.state !== 'ready' && this.state !== 'failed';
	}

	fail(code: ChatErrorCode, canRetry: boolean): void {
		this.state = 'failed';
		this.problem = code;
		this.canRetry = canRetry;
	}

	/** Ends the running work and frees the preview. */
	release(): void {
		this.abort.abort();
		this.thumbnail?.close();
		this.thumbnail = null;
	}
}
