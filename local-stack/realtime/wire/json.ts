/** A JSON object whose members are not validated yet. */
export type JsonObject = Record<string, unknown>;

/** True for JSON objects, false for arrays, null and everything else. */
export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parsed text, or undefined if it is not JSON. */
export function parseJson(text: string): { value: unknown } | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return { value };
	} catch {
		return undefined;
	}
}

/** The object that the text holds, or undefined if it holds anything else. */
export function parseObject(text: string): JsonObject | undefined {
	const parsed = parseJson(text);
	return isObject(parsed?.value) ? parsed.value : undefined;
}
