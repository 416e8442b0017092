const asIs = (value: unknown): unknown => value;

/** `2026-01-02 03:04:05.123+00`, as Postgres prints it, to `2026-01-02T03:04:05.123+00:00`, as PostgREST and browsers have it. */
export function toIsoTime(text: string): string {
	return text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
}

/** Column types for postgres.js: times as PostgREST writes them, not as lite does. */
export const isoTimeTypes = {
	timestamp: { to: 1114, from: [1114], serialize: asIs, parse: toIsoTime },
	timestamptz: { to: 1184, from: [1184], serialize: asIs, parse: toIsoTime },
};
