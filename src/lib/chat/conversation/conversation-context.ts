/** The page's description of itself. */
export interface PageContext {
	/** The page's address. */
	url: string;
	title: string;
	locale: string;
}

/** The database allows 8,192 bytes. */
const MOST_BYTES = 7_000;

/**
 * The context stored with a new conversation: `page` (without query and fragment, which may hold secrets),
 * `title`, `locale`, and the app's own fields. The app's fields are left out if they are not JSON or exceed 7
 * kB.
 */
export function conversationContext(
	{ url, title, locale }: PageContext,
	own: Record<string, unknown> = {},
): object {
	const page = url.replace(/[?#].*/s, '').slice(0, 1_000);
	const known = { title: title.slice(0, 300), locale, page };
	try {
		// Postgres keeps no NUL, and no half of a surrogate pair.
		const text = JSON.stringify({ ...own, ...known }).replace(/\\u(0000|d[89a-f]..)/g, '');
		const all: unknown = JSON.parse(text);
		const bytes = new TextEncoder().encode(text).length;
		if (bytes <= MOST_BYTES && typeof all === 'object' && all) return all;
	} catch {
		// A circle, or a number that JSON does not know.
	}
	return known;
}
