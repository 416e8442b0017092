const parts: string[] = [];
/** How many of them a shadow root has. */
const adopted = new WeakMap<object, number>();

/** Called by every component's module through the build: see `widget/bundling/shadow-css.ts`. */
export function addCss(css: string): void {
	parts.push(css);
}

/** The styles of all components that are loaded and that this shadow root does not have yet. */
export function missingCss(shadow: object): string {
	const from = adopted.get(shadow) ?? 0;
	adopted.set(shadow, parts.length);
	return parts.slice(from).join('\n');
}
