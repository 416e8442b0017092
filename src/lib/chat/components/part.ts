/**
 * Something that comes when it is needed: in the widget, not everybody has to fetch it. Calls `take` with what was loaded;
 * where the network fails nothing happens, and who needs it again tries again.
 */
export function fetchPart<T>(load: () => Promise<{ default: T }>, take: (part: T) => void): void {
	load().then(
		(made) => take(made.default),
		() => null,
	);
}
