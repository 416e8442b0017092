/** A field of the page's context: a name and a text, both untrusted. */
export interface SnapshotField {
	name: string;
	value: string;
}

/** These have their own place on the card. */
const OWN_PLACE = new Set(['page', 'locale', 'name']);
const MOST_FIELDS = 30;

/** One text of a snapshot, shortened; empty if there is none. */
export function snapshotText(snapshot: object, name: string): string {
	return asText(Object.hasOwn(snapshot, name) ? Reflect.get(snapshot, name) : null);
}

/** The app's own fields, nested ones as `plan.name`; at most 30, each at most 300 characters. */
export function snapshotFields(snapshot: object): SnapshotField[] {
	return Object.entries(snapshot)
		.filter(([name]) => !OWN_PLACE.has(name))
		.flatMap(([name, value]) => flatten(name, value))
		.slice(0, MOST_FIELDS)
		.map(({ name, value }) => ({ name: name.slice(0, 60), value }));
}

function flatten(name: string, value: unknown, depth = 0): SnapshotField[] {
	if (typeof value !== 'object' || value === null || depth > 2) {
		const text = asText(value);
		return text === '' ? [] : [{ name, value: text }];
	}
	return Object.entries(value).flatMap(([key, inner]) => {
		const path = name === 'fields' || name === 'app' ? key : `${name}.${key}`;
		return flatten(path, inner, depth + 1);
	});
}

function asText(value: unknown): string {
	if (value === null || value === undefined) return '';
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return text.slice(0, 300);
}
