import type { Plugin } from 'vite';

/** Looked up by a code or a state, so that they are not written anywhere as a whole. */
const BY_CODE = /^(?:error|status)\./;
const KEY = /^\t'([\w.]+)':/gm;

/** The keys of a catalogue's source, each with the short one that takes its place in what is built. */
export function shortKeysOf(catalogue: string): Map<string, string> {
	const keys = [...catalogue.matchAll(KEY)].map(([, key = '']) => key);
	const written = keys.filter((key) => !BY_CODE.test(key));
	return new Map(written.map((key, index) => [key, `k${index.toString(36)}`]));
}

/** Calls the texts by short keys, the same in panel and catalogues: nobody sees them. */
export function shortKeys(catalogue: string): Plugin {
	const short = shortKeysOf(catalogue);
	return {
		name: 'support-chat:short-keys',
		enforce: 'post',
		renderChunk: (code) => ({ code: shortenKeys(code, short), map: null }),
	};
}

/** Whole strings only. */
export const shortenKeys = (code: string, short: ReadonlyMap<string, string>): string =>
	code.replace(/(["'`])([a-zA-Z]+\.[a-zA-Z]+)\1/g, (whole, quote: string, key: string) => {
		const name = short.get(key);
		return name === undefined ? whole : `${quote}${name}${quote}`;
	});
