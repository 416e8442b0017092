const FILE = '/favicon.svg';

/** The page's icon with a number on it, as a data address; without a number, the plain icon. */
export function faviconWith(count: number): string {
	if (count <= 0) return FILE;
	const label = count > 9 ? '9+' : String(count);
	const svg =
		'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
		'<rect width="32" height="32" rx="9" fill="#3c5bd6"/>' +
		'<path d="M9 9.5h14a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-7.5L10.5 25v-3.5H9A1.5 1.5 0 0 1 7.5 20v-9A1.5 1.5 0 0 1 9 9.5z" fill="none" stroke="#fff" stroke-width="2.2" stroke-linejoin="round"/>' +
		'<circle cx="22" cy="10" r="10" fill="#d92d20"/>' +
		`<text x="22" y="15" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${label.length > 1 ? 12 : 15}" fill="#fff">${label}</text></svg>`;
	return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Shows the number on the icon of this page's tab. */
export function showFavicon(count: number): void {
	const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
	const href = faviconWith(count);
	// Setting the same address makes some browsers load it again.
	if (link && link.getAttribute('href') !== href) link.href = href;
}
