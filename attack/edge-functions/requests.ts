import type { Random } from '../core/random';
import type { Question } from '../core/target';
import type { Stage } from '../people/stage';

/** A request to an Edge Function: the rest of its path, and its options. */
export interface FunctionRequest extends Question {
	suffix: string;
	method: string;
	headers: Record<string, string>;
}

const METHODS = ['GET', 'POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const SUFFIXES = [
	'',
	'/',
	'/../send-support-emails',
	'/%2e%2e',
	'//',
	'?token=x',
	'?token=%00',
	'/x/y',
];
const CONTENT_TYPES = [
	'application/json',
	'application/json; charset=utf-16',
	'application/x-www-form-urlencoded',
	'multipart/form-data',
	'multipart/form-data; boundary=x',
	'text/plain',
	'x',
];

/** A request with a method, an address and a body that the function may not expect. */
export function functionRequest(stage: Stage, random: Random): FunctionRequest {
	const method = random.pick(METHODS);
	const hasBody = method !== 'GET' && method !== 'HEAD';
	return {
		suffix: random.chance(0.6) ? '' : random.pick([...SUFFIXES, `?token=${'a'.repeat(64)}`]),
		method,
		headers: {
			'content-type': random.pick(CONTENT_TYPES),
			...(random.chance(0.2)
				? { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'evil.example' }
				: {}),
			...(random.chance(0.2) ? { origin: 'https://evil.example' } : {}),
		},
		...(hasBody ? { body: body(stage, random) } : {}),
	};
}

function body(stage: Stage, random: Random): string | Uint8Array {
	const ids = Object.values(stage.ids).flat();
	const file = random.pick(stage.ids['files'] ?? ids);
	return random.pick<() => string | Uint8Array>([
		() => '',
		() => '{',
		() => 'null',
		() => '[]',
		() => '"x"',
		() => JSON.stringify({ id: file }),
		() => JSON.stringify({ id: [file] }),
		() => JSON.stringify({ id: `${file}&select=*` }),
		() => JSON.stringify({ id: 'not.is.null' }),
		() => JSON.stringify({ id: random.pick(ids), token: 'a'.repeat(64), action: 'unsubscribe' }),
		() => JSON.stringify({ token: { $ne: null }, action: 'status' }),
		() => JSON.stringify({ token: "' or 1=1; --", action: 'status' }),
		() => JSON.stringify({ token: 'a'.repeat(64), action: '__proto__' }),
		() => '{"__proto__": {"admin": true}, "id": "\\ud800"}',
		() => `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
		() => 'List-Unsubscribe=One-Click',
		() => Uint8Array.from({ length: 2_000 }, () => random.integer(0, 255)),
		() => 'x'.repeat(3_000_000),
	])();
}
