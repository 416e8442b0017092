import type { InboxView } from '$chat';

/** Every view, with its name in addresses. */
const INBOX_VIEWS = [
	'active',
	'mine',
	'waiting',
	'open',
	'ended',
	'archived',
] as const satisfies readonly InboxView[];

/** The view of the inbox in an address; an unknown one is the first one. */
export function viewOf(url: URL): InboxView {
	const asked = url.searchParams.get('view');
	return INBOX_VIEWS.find((view) => view === asked) ?? 'active';
}

/** The address of a page beside the inbox, with the view and the search that the inbox shows. */
export function inboxUrl(pathname: string, view: InboxView, search: string): string {
	const query = new URLSearchParams();
	if (view !== 'active') query.set('view', view);
	if (search.trim() !== '') query.set('q', search);
	return query.size > 0 ? `${pathname}?${query}` : pathname;
}
