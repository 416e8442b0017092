import type { ChatClient } from '../client';
import { isText, listOf, orNull, shape } from '../api/guards';

/** How long an address is valid, seconds, as sign-support-files signs it. */
const LIFE = 300;
/** An address that expires within this time is not used any more, milliseconds. */
const MARGIN = 20_000;
/** Request addresses that come into view together in one call. */
const GATHER = 40;
const AT_ONCE = 100;
const PREFIX = '/object/sign/support-attachments/';

const isSigned = listOf(
	shape<{ path: string | null; signedURL: string | null }>({
		path: orNull(isText),
		signedURL: orNull(isText),
	}),
);

interface Wanted {
	path: string;
	resolve: (url: string | null) => void;
}

interface Signed {
	url: string;
	until: number;
}

/** Signed addresses of files, valid for some minutes, by the path in their row; never an address from a message. */
export class SignedUrls {
	#known: Readonly<Record<string, Signed | undefined>> = $state.raw({});
	readonly #client: ChatClient;
	#wanted: Wanted[] = [];
	#asking = false;

	constructor(client: ChatClient) {
		this.#client = client;
	}

	/** The known address, also if it has expired: an image that is shown needs no new one. */
	known(path: string): string | undefined {
		return this.#known[path]?.url;
	}

	/** The address if it is valid for a while. */
	fresh(path: string): string | null {
		const signed = this.#known[path];
		const now = this.#client.environment.now();
		return signed && signed.until - MARGIN > now ? signed.url : null;
	}

	/** A valid address; null if there is none now. `renew`: the known one failed. */
	get(path: string, renew = false): Promise<string | null> {
		const url = renew ? null : this.fresh(path);
		if (url !== null) return Promise.resolve(url);
		return new Promise((resolve) => {
			this.#wanted.push({ path, resolve });
			if (this.#asking) return;
			this.#asking = true;
			this.#client.environment.after(GATHER, () => void this.#ask());
		});
	}

	async #ask(): Promise<void> {
		const { api, environment } = this.#client;
		const wanted = this.#wanted.splice(0, AT_ONCE);
		const paths = wanted
			.map(({ path }) => path)
			.filter((path, index, all) => all.indexOf(path) === index);
		const until = environment.now() + LIFE * 1000;
		const { data } = await api.post('functions/v1/sign-support-files', { paths }, isSigned);
		const known = { ...this.#known };
		const base = `${api.options.url.replace(/\/+$/, '')}/storage/v1`;
		for (const { path, signedURL } of data ?? [])
			if (path !== null && signedURL?.startsWith(PREFIX))
				known[path] = { url: base + signedURL, until };
		this.#known = known;
		for (const { path, resolve } of wanted) resolve(this.fresh(path));
		this.#asking = this.#wanted.length > 0;
		if (this.#asking) await this.#ask();
	}
}

/** The same address, as a download named `name`. */
export const asDownload = (url: string, name: string): string =>
	`${url}&download=${encodeURIComponent(name)}`;
