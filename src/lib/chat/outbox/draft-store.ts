import { attempt, type ChatEnvironment, type TabChannelLike } from '../environment';
import { isAttachments, isCount, isText, shape } from '../api/guards';
import type { SupportAttachment } from '../types';
import type { UserStorage } from './user-storage';

/** The content of a composer: its text, and its uploaded and checked files. */
export interface Draft {
	text: string;
	files: SupportAttachment[];
}

interface StoredDraft extends Draft {
	/** Milliseconds since 1970; the newest is the one that a new tab shows. */
	at: number;
}

const isStored = shape<StoredDraft>({ text: isText, files: isAttachments, at: isCount });
const isDraft = shape<Draft>({ text: isText, files: isAttachments });
const NONE: Draft = { text: '', files: [] };
const isEmpty = ({ text, files }: Draft): boolean => text === '' && files.length === 0;
const TAB_KEY = 'support-chat:tab';

/**
 * The draft of one chat in this tab. Each tab with typed text has an entry of its own, so two tabs never
 * overwrite each other; other tabs show the newest draft. Sending clears the text from all tabs that show it.
 */
export class DraftStore {
	readonly #storage: UserStorage;
	readonly #environment: ChatEnvironment;
	readonly #key: string;
	readonly #onChange: (draft: Draft) => void;
	readonly #unlisten: () => void;
	readonly #channel: TabChannelLike | null;
	#tab: string;
	/** The last that was shown here. */
	#shown: Draft = NONE;
	/** The entry of another tab that is shown here while nothing is typed. */
	#mirrored: string | null = null;
	/** The user typed here: stop showing drafts of other tabs. */
	#isTouched = false;
	/** When it was typed. */
	#keptAt = 0;

	/** `name`: the chat, or another place where something is typed. `onChange`: another tab changed what is to be shown. */
	constructor(
		storage: UserStorage,
		environment: ChatEnvironment,
		name: string,
		onChange: (draft: Draft) => void,
	) {
		this.#storage = storage;
		this.#environment = environment;
		this.#key = `draft:${name}:`;
		this.#onChange = onChange;
		this.#tab = this.#readTab();
		this.#unlisten = environment.onStorage((key) => this.#storageChanged(key));
		this.#channel = environment.openTabChannel(storage.prefix + this.#key, (sent) => {
			if (isDraft(sent)) this.#sentElsewhere(sent);
		});
		if (this.#read(this.#own)) this.#shown = this.#read(this.#own) ?? NONE;
		else this.#mirror();
	}

	get draft(): Draft {
		return this.#shown;
	}

	/** Something was typed, attached or removed here. */
	set(draft: Draft): void {
		const before = this.#mirrored;
		this.#isTouched = true;
		this.#mirrored = null;
		this.#save(draft);
		// A tab that still shows it writes it again; one that was closed left it to this one.
		if (before) this.#storage.delete(before);
	}

	/** The draft went into the outbox. */
	sent(): void {
		const { text, files } = this.#shown;
		this.#isTouched = true;
		this.#mirrored = null;
		for (const key of this.#storage.keys(this.#key))
			if (this.#read(key)?.text === text) this.#storage.delete(key);
		this.#save(NONE);
		this.#channel?.post({ text, files } satisfies Draft);
	}

	stop(): void {
		this.#unlisten();
		this.#channel?.close();
	}

	get #own(): string {
		return this.#key + this.#tab;
	}

	#save({ text, files }: Draft, at = this.#environment.now()): void {
		this.#keptAt = at;
		this.#shown = { text, files };
		if (isEmpty(this.#shown)) this.#storage.delete(this.#own);
		else {
			const stored: StoredDraft = { text, files, at };
			this.#storage.set(this.#own, JSON.stringify(stored));
		}
	}

	#read(key: string): StoredDraft | undefined {
		const draft = this.#storage.read(key);
		return isStored(draft) ? draft : undefined;
	}

	/** Shows the newest draft of the other tabs. */
	#mirror(): void {
		let newest: StoredDraft | undefined;
		this.#mirrored = null;
		for (const key of this.#storage.keys(this.#key)) {
			const draft = this.#read(key);
			if (!draft || (newest && newest.at >= draft.at)) continue;
			newest = draft;
			this.#mirrored = key;
		}
		const { text, files } = newest ?? NONE;
		this.#shown = { text, files };
	}

	#storageChanged(key: string | null): void {
		const { prefix, isForgotten } = this.#storage;
		if (isForgotten || !(key === null || key.startsWith(prefix + this.#key))) return;
		if (!this.#isTouched && !this.#read(this.#own)) {
			const before = this.#shown;
			this.#mirror();
			if (this.#shown.text !== before.text || this.#shown.files.length !== before.files.length)
				this.#onChange(this.#shown);
			return;
		}
		if (key !== prefix + this.#own || isEmpty(this.#shown)) return;
		const own = this.#read(this.#own);
		if (own?.text === this.#shown.text) return;
		// A duplicated tab has the same name: from now on this one has another.
		if (own) this.#tab = this.#renameTab();
		this.#save(this.#shown, this.#keptAt);
	}

	#sentElsewhere(sent: Draft): void {
		const used = new Set(sent.files.map(({ id }) => id));
		const { text, files } = this.#shown;
		const left = files.filter(({ id }) => !used.has(id));
		const isSame = text === sent.text;
		if (!isSame && left.length === files.length) return;
		this.#save({ text: isSame ? '' : text, files: left });
		this.#onChange(this.#shown);
	}

	#readTab(): string {
		const { tabStorage } = this.#environment;
		return attempt(() => tabStorage?.getItem(TAB_KEY)) ?? this.#renameTab();
	}

	#renameTab(): string {
		const tab = this.#environment.uuid();
		attempt(() => this.#environment.tabStorage?.setItem(TAB_KEY, tab));
		return tab;
	}
}
