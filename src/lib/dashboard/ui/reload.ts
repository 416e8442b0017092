import { invalidate } from '$app/navigation';
import { navigating } from '$app/state';

/**
 * Loads again what depends on `dependency` (see `depends` in SvelteKit). A navigation under way is waited for first:
 * `invalidate()` would cancel it, and the click that started it would do nothing.
 */
export async function reload(dependency: string): Promise<void> {
	let awaited: Promise<void> | null = null;
	while (navigating.complete && navigating.complete !== awaited) {
		awaited = navigating.complete;
		await awaited.catch(() => {});
	}
	await invalidate(dependency);
}

/**
 * For an effect: reloads at intervals while the page is visible and `isNeeded`. What is open or typed stays.
 * @returns what stops it
 */
export function reloadEvery(
	milliseconds: number,
	dependency: string,
	isNeeded = () => true,
): () => void {
	const timer = setInterval(() => {
		if (document.visibilityState === 'visible' && isNeeded()) void reload(dependency);
	}, milliseconds);
	return () => clearInterval(timer);
}
