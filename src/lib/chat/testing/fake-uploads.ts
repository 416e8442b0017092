import { createChatClient } from '../client';
import type { SupportAttachment } from '../types';
import type { Prepared } from '../upload/prepare';
import { FileProblem } from '../upload/problem';
import { UploadTray } from '../upload/tray.svelte';
import type { PutAnswer, PutRequest } from '../upload/transport';
import { FakeBrowser } from './fake-browser';
import { FakeDraft } from './fake-draft.svelte';
import { FakeServer, Refusal } from './fake-server';
import { FakeTime } from './fake-time';

/** One request to Storage that a test answers. */
export interface PendingPut {
	request: PutRequest;
	answer(status: number, body?: unknown): void;
}

/** A tray before a server that has tickets, Storage and the check, all of which may fail. */
export class FakeUploads {
	readonly time = new FakeTime();
	readonly server = new FakeServer(this.time);
	readonly browser = new FakeBrowser(this.time, this.server, () => 0.5);
	readonly tab = this.browser.open();
	readonly puts: PendingPut[] = [];
	/** Tickets by id, as the database has them. */
	readonly tickets = new Map<string, SupportAttachment & { status: string }>();
	/** The refusal that the check returns. */
	verdict: Refusal | null = null;
	refusal: Refusal | null = null;
	/** How often the check was requested. */
	checks = 0;
	readonly client = createChatClient({
		url: 'https://project.test',
		publishableKey: 'sb_publishable_x',
		environment: this.tab,
		accessToken: (request) => {
			this.renewals += request?.refresh ? 1 : 0;
			if (request?.refresh) this.#token = this.server.token('ada');
			return Promise.resolve(this.#token);
		},
	});
	renewals = 0;
	readonly draft = new FakeDraft(this.tab.storage);
	readonly sent: SupportAttachment[][] = [];
	tray = this.#makeTray();
	#token = this.server.token('ada');

	constructor() {
		this.server.functions.set('begin_support_upload', (args) => this.#ticket(args));
		this.server.functions.set('check-support-attachment', (args) => this.#check(String(args.id)));
	}

	/** The state that a later visit finds. */
	reload(): void {
		this.tray.stop();
		this.draft.reload();
		this.tray = this.#makeTray();
	}

	send = (): void => {
		if (this.tray.hold(this.send)) return;
		this.sent.push(this.draft.files);
		this.draft.files = [];
	};

	add(...names: string[]): void {
		this.tray.add(names.map((name) => new File(['x'.repeat(100)], name)));
	}

	/** The next request to Storage, once it is under way. */
	async put(): Promise<PendingPut> {
		await this.time.advance(200);
		const put = this.puts.shift();
		if (!put) throw new Error('Nothing is uploaded');
		return put;
	}

	/** Answers the next request as Storage does when all is well. */
	async store(): Promise<void> {
		(await this.put()).answer(200, {});
		await this.time.advance(200);
	}

	get states(): string[] {
		return this.tray.items.map(({ name, state }) => `${name} ${state}`);
	}

	#makeTray(): UploadTray {
		return new UploadTray({
			client: this.client,
			store: this.draft,
			limits: () => ({ types: ['image/png'], maxMb: 10 }),
			prepare: (file) => this.#prepare(file),
			put: (request) =>
				new Promise<PutAnswer>((resolve) => {
					const answer = (status: number, body?: unknown): void => resolve({ status, body });
					this.puts.push({ request, answer });
					request.signal.addEventListener('abort', () => answer(0));
				}),
		});
	}

	async #prepare(file: File): Promise<Prepared> {
		await Promise.resolve();
		if (file.name.endsWith('.svg')) throw new FileProblem('support_upload_type');
		const blob = new Blob(['x'.repeat(90)], { type: 'image/png' });
		return { blob, name: file.name, width: 3, height: 2, thumbnail: null };
	}

	#ticket(args: Record<string, unknown>): unknown {
		if (this.refusal) return this.refusal;
		const id = String(args.p_id);
		const ticket = this.tickets.get(id) ?? {
			...{ id, path: `chat/${id}.png`, name: String(args.p_name), mime_type: 'image/png' },
			...{ size_bytes: Number(args.p_size_bytes), width: null, height: null, status: 'uploading' },
		};
		this.tickets.set(id, ticket);
		return [ticket];
	}

	#check(id: string): unknown {
		this.checks += 1;
		if (this.verdict) return this.verdict;
		const ticket = this.tickets.get(id);
		if (!ticket) return new Refusal(404, 'support_attachment_not_found');
		const ready = { ...ticket, width: 3, height: 2, status: 'ready' };
		this.tickets.set(id, ready);
		return { attachment: ready };
	}
}
