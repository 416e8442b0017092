import { randomUUID } from 'node:crypto';
import type { Random } from '../core/random';
import type { Question } from '../core/target';
import { hostileValue } from '../functions/hostile-values';
import type { Stage } from '../people/stage';
import type { ExposedTable } from './catalogue';

/** A request to REST: its path after `/rest/v1/`, and its options. */
export interface TableRequest extends Question {
	path: string;
	method: string;
	/** A header selects a schema that must not be reachable. */
	headers: Record<string, string>;
}

const FILTER_VALUES = [
	...['null', 'true', '0', '-1', '*', '%', "'", '"', '\\', '()', '{}', '(1,2,3)', '{1,2}', ''],
	...["'; drop table support_messages; --", '1)or(1.eq.1', 'eq.eq.eq', '\u0000', '\ud83d\ude00'],
	...[
		'((((((((((a+)+)+)+)+)+)+)+)+)+)$',
		'a:* & !b | <1>',
		'99999999999999999999',
		'x'.repeat(3_000),
	],
];
const OPERATORS = [
	...['eq', 'neq', 'gt', 'lt', 'gte', 'lte', 'like', 'ilike', 'match', 'imatch', 'is', 'in'],
	...['cs', 'cd', 'ov', 'sl', 'fts', 'plfts', 'wfts', 'not.eq', 'not.is', 'like(all)', 'eq(any)'],
	...['nonsense', 'raw', 'eq;'],
];
const FOREIGN_SCHEMAS = ['support_private', 'auth', 'vault', 'storage', 'realtime', 'pg_catalog'];

/** One request that tries to read or write without the right. */
export function tableRequest(table: ExposedTable, stage: Stage, random: Random): TableRequest {
	const kinds = [reads, reads, foreignSchema, inserts, updates, deletes];
	return random.pick(kinds)(table, stage, random);
}

function reads(table: ExposedTable, stage: Stage, random: Random): TableRequest {
	const query = new URLSearchParams();
	query.set('select', selection(table, random));
	if (random.chance(0.7)) query.append(...filter(table, stage, random));
	if (random.chance(0.2)) {
		const [column, condition] = filter(table, stage, random);
		query.append('or', `(${column}.${condition},${column}.not.is.null)`);
	}
	if (random.chance(0.2))
		query.set(
			'order',
			`${column(table, random)}.${random.pick(['desc.nullslast', 'asc;--', 'x'])}`,
		);
	if (random.chance(0.2))
		query.set('limit', random.pick(['-1', '0', '1e9', 'x', '99999999999999999999']));
	if (random.chance(0.2)) query.set('offset', random.pick(['-1', '999999999', 'x']));
	const headers = random.pick<Record<string, string>>([
		{},
		{ prefer: 'count=exact' },
		{ prefer: 'tx=rollback, handling=strict, timezone=Mars/Olympus' },
		{ range: '0-999999999', 'range-unit': 'items' },
		{ accept: 'text/csv' },
		{ accept: 'application/vnd.pgrst.plan+json; options=analyze|verbose' },
		{ accept: 'application/vnd.pgrst.object+json' },
	]);
	return { path: `${table.name}?${query}`, method: random.pick(['GET', 'GET', 'HEAD']), headers };
}

function selection(table: ExposedTable, random: Random): string {
	const related = table.related.length > 0 ? random.pick(table.related) : table.name;
	const one = column(table, random);
	return random.pick([
		'*',
		`*,${related}(*)`,
		`*,${related}!inner(*,${table.name}(*))`,
		`${one}::text`,
		`${one}::regclass`,
		`count()`,
		`${one}.max()`,
		`${one}->>0`,
		`stolen:${one}`,
		'*,users(*)',
		'*,"auth.users"(*)',
		`${'*,'.repeat(20)}*`,
		`${one};select 1`,
	]);
}

function foreignSchema(table: ExposedTable, _stage: Stage, random: Random): TableRequest {
	const schema = random.pick(FOREIGN_SCHEMAS);
	const name = random.pick([
		table.name,
		'users',
		'secrets',
		'decrypted_secrets',
		'objects',
		'file_removals',
		'messages',
	]);
	const header = random.pick(['accept-profile', 'content-profile']);
	const isRead = header === 'accept-profile';
	return {
		path: random.pick([`${name}?select=*`, `${schema}.${name}?select=*`, `"${schema}"."${name}"`]),
		method: isRead ? 'GET' : 'POST',
		headers: { [header]: schema },
		...(isRead ? {} : { body: '{}' }),
	};
}

function inserts(table: ExposedTable, stage: Stage, random: Random): TableRequest {
	const rows = Array.from({ length: random.pick([1, 1, 3]) }, () => row(table, stage, random));
	const prefer = random.pick([
		'return=representation',
		'return=minimal',
		'resolution=merge-duplicates, return=representation',
		'resolution=ignore-duplicates, missing=default',
	]);
	return {
		path: random.pick([
			table.name,
			`${table.name}?select=*`,
			`${table.name}?columns=id,user_id,role`,
		]),
		method: random.pick(['POST', 'POST', 'PUT']),
		headers: { prefer },
		body: rows.length === 1 ? rows[0] : `[${rows.join(',')}]`,
	};
}

function updates(table: ExposedTable, stage: Stage, random: Random): TableRequest {
	const [name, condition] = filter(table, stage, random);
	const query = new URLSearchParams(random.chance(0.6) ? [[name, condition]] : []);
	return {
		path: `${table.name}?${query}`,
		method: 'PATCH',
		headers: {
			prefer: random.pick(['return=representation', 'max-affected=1000', 'return=minimal']),
		},
		body: row(table, stage, random),
	};
}

function deletes(table: ExposedTable, stage: Stage, random: Random): TableRequest {
	const [name, condition] = filter(table, stage, random);
	const query = new URLSearchParams(random.chance(0.6) ? [[name, condition]] : []);
	return {
		path: `${table.name}?${query}`,
		method: 'DELETE',
		headers: { prefer: random.pick(['return=representation', 'return=minimal']) },
	};
}

/** A row with values for some columns: ids of others, or any value. */
function row(table: ExposedTable, stage: Stage, random: Random): string {
	const ids = Object.values(stage.ids).flat();
	const chosen = random.sample(table.columns, random.integer(1, 4));
	const parts = chosen.map(({ name, type }) => {
		const isId = type === 'uuid' && random.chance(0.7);
		const value = isId
			? JSON.stringify(random.pick([...ids, randomUUID()]))
			: hostileValue(type, ids, random);
		return `${JSON.stringify(name)}: ${value}`;
	});
	return `{${parts.join(', ')}}`;
}

function filter(table: ExposedTable, stage: Stage, random: Random): [string, string] {
	const ids = Object.values(stage.ids).flat();
	const operator = random.pick(OPERATORS);
	if (random.chance(0.4)) {
		const idColumns = table.columns.filter(({ type }) => type === 'uuid');
		if (idColumns.length > 0)
			return [
				random.pick(idColumns).name,
				random.pick([`eq.${random.pick(ids)}`, 'not.is.null', `in.(${ids.join(',')})`]),
			];
	}
	return [
		random.chance(0.05) ? 'nonsense' : column(table, random),
		`${operator}.${random.pick(FILTER_VALUES)}`,
	];
}

function column(table: ExposedTable, random: Random): string {
	return random.pick(table.columns).name;
}
