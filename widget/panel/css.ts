const parts: string[] = [];
const followers = new Set<(css: string) => void>();

/** Called by every component's module through the build: see `widget/bundling/shadow-css.ts`. */
export function addCss(css: string): void {
	parts.push(css);
	for (const adopt of followers) adopt(css);
}

/** Hands over the styles of all components that are loaded, and of later ones as they come, until `signal` aborts. */
export function followCss(adopt: (css: string) => void, signal: AbortSignal): void {
	adopt(parts.join('\n'));
	followers.add(adopt);
	signal.addEventListener('abort', () => followers.delete(adopt));
}
