/**
 * A component that is loaded when it is first needed, because few customers of the widget need it. `View` is null until it is
 * loaded and while it is not needed. A load that failed is repeated at the next need.
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
