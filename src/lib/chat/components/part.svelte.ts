/**
 * A component that is fetched when it is first needed: in the widget, not everybody has to fetch it. `View` is null until
 * it is there and while it is not needed. Where the network fails nothing happens; the next need tries again.
 */
export function lazyPart<T>(
	isNeeded: () => boolean,
	load: () => Promise<{ default: T }>,
): { readonly View: T | null } {
	let loaded: T | null = $state.raw(null);
	$effect(() => {
		if (isNeeded() && !loaded)
			load().then(
				(part) => (loaded = part.default),
				() => null,
			);
	});
	return {
		get View() {
			return isNeeded() ? loaded : null;
		},
	};
}
