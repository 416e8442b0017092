import { asDownload, type SignedUrls } from '../../upload/signed-urls.svelte';
import type { SupportAttachment } from '../../types';

/**
 * Follows a link to a file with a valid address. If the present one is valid, the browser follows it; otherwise a new one is
 * requested first. Returns false if there is none.
 */
export async function openFresh(
	event: MouseEvent,
	urls: SignedUrls,
	file: SupportAttachment,
	isDownload: boolean,
): Promise<boolean> {
	if (urls.fresh(file.path) !== null) return true;
	event.preventDefault();
	const url = await urls.get(file.path);
	if (url === null) return false;
	const link = document.createElement('a');
	link.href = isDownload ? asDownload(url, file.name) : url;
	link.rel = 'noopener noreferrer';
	if (!isDownload) link.target = '_blank';
	link.click();
	return true;
}
