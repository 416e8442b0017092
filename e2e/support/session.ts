import type { BrowserContext } from '@playwright/test';
import type { Account } from '../../local-stack/testing/people';
import type { Site } from '../site/start-site';

/** The storage key that supabase-js uses for this project's session. */
export function storageKey({ apiUrl }: Pick<Site, 'apiUrl'>): string {
	return `sb-${new URL(apiUrl).hostname.split('.')[0]}-auth-token`;
}

/** Stores a customer's session where supabase-js would, once; later changes are up to the page. */
export async function keepSession(
	context: BrowserContext,
	site: Pick<Site, 'apiUrl' | 'hostUrl'>,
	{ session }: Account,
): Promise<void> {
	await context.addInitScript(
		([origin, key, value]) => {
			if (location.origin !== origin || localStorage.getItem('session-given')) return;
			localStorage.setItem('session-given', 'yes');
			localStorage.setItem(key, value);
		},
		[site.hostUrl, storageKey(site), JSON.stringify(session)] as const,
	);
}
