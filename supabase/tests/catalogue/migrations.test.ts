import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const directory = join(import.meta.dirname, '../../migrations');

interface Definition {
	file: string;
	/** Such as "function support_private.fail", or "policy on public.support_chats: …". */
	name: string;
	sql: string;
	/** The comment lines directly above. */
	comment: string;
}

const files = readdirSync(directory)
	.filter((name) => name.endsWith('.sql'))
	.sort()
	.map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }));

/** Statements begin at the start of a line, and what is inside of them is indented. */
const STATEMENT =
	/^create (?:or replace )?(?:constraint )?(function|table|view|type|trigger|policy) (?:if not exists )?("[^"]+"|[\w.]+)/;

const definitions: Definition[] = files.flatMap(({ name: file, text }) => {
	const lines = text.split('\n');
	return lines.flatMap((line, index) => {
		const [, kind, name] = STATEMENT.exec(line) ?? [];
		if (!kind || !name) return [];
		const rest = lines.slice(index).join('\n');
		const end = kind === 'function' ? '\n$$;' : ';\n';
		const sql = rest.slice(0, rest.indexOf(end) + end.length);
		let above = index;
		while (lines[above - 1]?.startsWith('--')) above--;
		// A trigger or a policy is named within its table.
		const table =
			kind === 'trigger' || kind === 'policy' ? /\son ([\w.]+)/.exec(sql)![1]! : undefined;
		return [
			{
				file,
				name: table ? `${kind} on ${table}: ${name}` : `${kind} ${name}`,
				sql,
				comment: lines.slice(above, index).join('\n'),
			},
		];
	});
});

const inFile = (file: string): Definition[] => definitions.filter((each) => each.file === file);

test('the migrations define what the catalogue has', () => {
	const count = (kind: string): number =>
		definitions.filter(({ name }) => name.startsWith(kind)).length;
	expect(count('function')).toBeGreaterThan(250);
	expect(count('table')).toBeGreaterThan(20);
	expect(count('trigger')).toBeGreaterThan(50);
	expect(count('policy')).toBeGreaterThan(30);
});

test('nothing is defined twice', () => {
	const names = definitions.map(({ name }) => name);
	expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('nothing uses what a later file creates', () => {
	const homes = new Map(
		definitions
			.filter(({ name }) => /^(function|table|view|type) /.test(name))
			.map(({ name, file }) => [name.replace(/^\w+ /, ''), file]),
	);
	const early = definitions.flatMap(({ file, name, sql }) => {
		const used = sql.replace(/--.*$/gm, '').match(/\b(?:public|support_private)\.\w+/g) ?? [];
		return used
			.filter((each) => (homes.get(each) ?? '') > file)
			.map((each) => `${name} uses ${each}`);
	});
	expect(early).toEqual([]);
});

describe.each(files)('$name', ({ name, text }) => {
	const header = text.slice(0, text.indexOf('\n\n'));

	test('is one capability of at most 400 lines', () => {
		expect(name).toMatch(/^\d{14}_[a-z_]+\.sql$/);
		expect(text.split('\n').length - 1).toBeLessThanOrEqual(400);
	});

	test('begins with what it is and what it creates', () => {
		expect(header).toMatch(/^-- [A-Z][^\n]+\n(-- [^\n]+\n)*-- Creates: \w/);
		const created = inFile(name)
			.map(
				(definition) =>
					/^(?:table|view|type|function) (?:public\.)?([\w.]+)$/.exec(definition.name)?.[1],
			)
			.filter((created) => created !== undefined)
			// Helpers may go unnamed; tables and whatever the API shows may not.
			.filter((created) => !created.startsWith('support_private.'));
		const words = new Set(header.match(/\w+/g));
		expect(created.filter((created) => !words.has(created))).toEqual([]);
	});

	test('says beside every security definer function why it is one', () => {
		const silent = inFile(name)
			.filter(({ sql }) => /^security definer$/m.test(sql))
			.filter(({ comment }) => !/^-- Definer: \w/m.test(comment))
			.map((definition) => definition.name);
		expect(silent).toEqual([]);
	});
});
