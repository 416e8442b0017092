import type { InboxView } from '$lib/chat';

/** The address of a page beside the inbox, with the tab and the search that the inbox shows. */
export function inboxUrl(pathname: string, view: InboxView, search: string): string {
	const query = new URLSearchParams();
	if (view === 'archived') query.set('view', view);
	if (search.trim() !== '') query.set('q', search);
	return query.size > 0 ? `${pathname}?${query}` : pathname;
}
