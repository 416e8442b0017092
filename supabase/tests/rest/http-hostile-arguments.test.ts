import { beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../helpers/database';
import { userFunctions } from '../helpers/expected-rights';
import { call } from '../helpers/http';
import { makeAgent, makeUser } from '../setup/clients';

interface Argument {
	fn: string;
	name: string;
	type: string;
}

const args = await sql<Argument[]>`
	select p.proname as fn, a.name, format_type(a.type, null) as type
	from pg_proc p
	cross join lateral unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) a (name, type)
	where p.pronamespace = 'public'::regnamespace and p.proname = any (${userFunctions})
	order by 1, 2`;

/** As JSON text, which no serializer would write. */
const hostile: [string, string][] = [
	['4,000 levels', `${'['.repeat(4_000)}${']'.repeat(4_000)}`],
	['4,000 objects in each other', `${'{"a":'.repeat(4_000)}1${'}'.repeat(4_000)}`],
	['ten megabytes', JSON.stringify('x'.repeat(10_000_000))],
	['an object of ten megabytes', JSON.stringify({ x: 'y'.repeat(10_000_000) })],
	['NUL', '"a\\u0000b"'],
	['an object with NUL', '{"a\\u0000":"\\u0000"}'],
	['half a pair', '"\\ud83d"'],
	['halves in the wrong order', '{"x":"\\ude00\\ud83d"}'],
];

let tokens: string[];
beforeAll(async () => {
	tokens = [(await makeUser()).accessToken, (await makeAgent('admin')).accessToken];
});

describe('a hostile value gives a client error, whatever the argument', () => {
	test('there are arguments of every function that takes one', () => {
		expect(args.length).toBeGreaterThan(40);
	});

	test.each(hostile)('%s', async (_what, value) => {
		const failed: string[] = [];
		// Large values go where they could be stored.
		const large = value.length > 1_000_000;
		for (const { fn, name, type } of args) {
			if (large && !/^(text|jsonb?)$/.test(type)) continue;
			for (const token of large ? tokens.slice(1) : tokens) {
				const { status, body } = await call(token, fn, `{${JSON.stringify(name)}:${value}}`);
				if (status >= 500) failed.push(`${fn}(${name} ${type}): ${status} ${JSON.stringify(body)}`);
			}
		}
		expect(failed).toEqual([]);
	});
});
