import { randomUUID } from 'node:crypto';
import type { Random } from '../core/random';

/** JSON text, possibly one that no serializer writes. */
export type Json = string;

const text = (value: string): Json => JSON.stringify(value);
const repeat = (part: string, times: number): string => part.repeat(times);

/** Values that no argument expects, of any type. */
const wrongTypes: readonly Json[] = [
	...['null', 'true', 'false', '0', '-1', '1.5', '{}', '[]', '[null]', '""', '" "'],
	...['1e308', '-1e308', '1e400', '99999999999999999999999999', '-0', '"NaN"', '"Infinity"'],
	...['{"__proto__": {"role": "admin"}}', '{"constructor": {"prototype": 1}}', '[[[[[[1]]]]]]'],
	// NUL and lone surrogates, as JSON can write them.
	...['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff\\ud800"', '"\\uffff"'],
	`${repeat('[', 1_000)}${repeat(']', 1_000)}`,
	`${repeat('{"a":', 500)}1${repeat('}', 500)}`,
];

const texts: readonly Json[] = [
	"'; drop table public.support_messages; --",
	"' or '1'='1",
	'$$; select pg_sleep(9); $$',
	'%',
	'_',
	'\\',
	'%_\\%',
	'*',
	'.*',
	'(((((((((a+)+)+)+)+)+)+)+)+)',
	'a:*',
	'& | ! <-> ()',
	'../../../etc/passwd',
	'%00%2e%2e%2f',
	'{{name}} ${7*7} #{7*7} <%= 7*7 %>',
	'<img src=x onerror=alert(1)>',
	'javascript:alert(1)',
	'line\r\nBcc: everybody@example.com',
	'=cmd|/c calc!A1',
	'\u202egnp.exe',
	'\u200b\u200d\ufeff\u2060',
	'e' + repeat('\u0301', 5_000),
	'👩‍👩‍👧‍👦',
	'http://[',
	'http://169.254.169.254/latest/meta-data/',
	'https://user:pass@127.0.0.1:22/',
	'file:///etc/passwd',
	'service_role',
	'admin',
	repeat('x', 4_001),
	repeat('a@', 50_000),
].map(text);

const numbers: readonly Json[] = [
	...['2147483648', '-2147483649', '9223372036854775807', '9223372036854775808'],
	...['-9223372036854775808', '1e2', '0.1', '"1"', '"0x1f"', '"1_000"', '"1; select 1"'],
];

const times: readonly Json[] = [
	...['infinity', '-infinity', 'epoch', 'now', 'tomorrow', '0000-00-00', '4714-01-01 BC'],
	...['294276-12-31', '294277-01-01', '2026-02-30', '2026-01-01T25:61:61Z', '2026-W01', 'allballs'],
	...['2026-01-01 00:00 Mars/Olympus', '1970-01-01T00:00:00+99:99'],
].map(text);

const objects: readonly Json[] = [
	'{"id": "00000000-0000-4000-8000-000000000000"}',
	'{"page": {"$ne": null}, "locale": ["de"], "email": "admin@example.com"}',
	`{${Array.from({ length: 2_000 }, (_, n) => `"k${n}": ${n}`).join(',')}}`,
	`{"a": "${repeat('x', 9_000)}"}`,
	'{"a": "\\u0000"}',
	'{"a": "\\ud800"}',
	'{"a": 1e400}',
	'{"a": 1, "a": 2}',
	'"{}"',
];

/** Values that take minutes or gigabytes to process. Few attacks carry one. */
const heavy: readonly (() => Json)[] = [
	() => text(repeat('x', 10_000_000)),
	() => text(repeat('\u0000', 100_000)),
	() => `${repeat('[', 100_000)}${repeat(']', 100_000)}`,
	() => `{"a": ${repeat('{"a":', 50_000)}1${repeat('}', 50_000)}}`,
	() => `[${Array.from({ length: 20_000 }, () => `"${randomUUID()}"`).join(',')}]`,
	() => repeat('9', 200_000),
];
const HEAVY_SHARE = 0.01;

/** A value for an argument of this type that its author may have overlooked. */
export function hostileValue(type: string, ids: readonly string[], random: Random): Json {
	if (random.chance(HEAVY_SHARE)) return random.pick(heavy)();
	if (type.endsWith('[]')) return hostileList(type, ids, random);
	const pools: (readonly Json[])[] = [wrongTypes, texts, ids.map(text)];
	if (/int|numeric|double/.test(type)) pools.push(numbers, numbers);
	if (/date|time|interval/.test(type)) pools.push(times, times);
	if (/json/.test(type)) pools.push(objects, objects);
	return random.pick(random.pick(pools));
}

function hostileList(type: string, ids: readonly string[], random: Random): Json {
	const element = (): Json => hostileValue(type.slice(0, -2), ids, random);
	return random.pick([
		() => element(),
		() => `[${element()}]`,
		() => `[${Array.from({ length: 300 }, element).join(',')}]`,
		() => `[[${element()}],[${element()}]]`,
		() => `[${ids.map(text).join(',')}]`,
		() => text('{a,b,"c"}'),
	])();
}
