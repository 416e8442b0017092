const parts: string[] = [];

/** Called by every component's module through the build: see `widget/bundling/shadow-css.ts`. */
export function addCss(css: string): void {
	parts.push(css);
}

/** The styles of all components that are loaded. */
export const collectedCss = (): string => parts.join('\n');
