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
