import { describe, expect, test } from 'vitest';
import {
	EMAIL_LOCALES,
	TEMPLATE_KINDS,
	VARIABLES,
	BODY_MAX_CHARACTERS,
	SUBJECT_MAX_CHARACTERS,
	type TemplateKind,
} from '../../functions/_shared/email/variables.ts';
import {
	missingVariable,
	unknownVariable,
	variablesIn,
} from '../../functions/_shared/email/template.ts';
import { wordsIn } from '../../functions/_shared/email/language.ts';
import {
	as,
	coded,
	refusal,
	rolledBack,
	sql,
	become,
	type Caller,
	type Row,
} from '../helpers/database';
import { createAgent } from '../helpers/people';

const BODY = '{{messages}} {{chat_link}}';

/** Writes a template as an admin, and takes it back. */
async function write(values: Row): Promise<Row> {
	const admin = await createAgent('admin');
	const row = { kind: 'user_reply', locale: 'en', subject: 'Hello', body: BODY, ...values };
	return rolledBack(async (tx) => {
		await become(tx, admin);
		const [kept] = await tx`insert into public.support_email_templates ${tx(row)} returning *`;
		return kept!;
	});
}

describe('the database and the code agree', () => {
	test.each(TEMPLATE_KINDS)('on the variables of %s', async (kind) => {
		for (const part of ['subject', 'body', 'required'] as const) {
			const [row] = await sql`select support_private.template_variables(${kind}, ${part}) as names`;
			expect(row!.names).toEqual([...VARIABLES[kind][part]]);
		}
	});

	test.each([
		'{{app_name}} {{ chat_link }}',
		'{{\n app_name\t}}',
		'{{{app_name}}}',
		'{{app_name',
		'{{}}',
		'{{a}}{{b}}',
		'{ {a} }',
		'{{\u00a0app_name}}',
		'{{{{a}}}}',
		'😀{{a}}😀',
	])('on what the variables in %j are', async (text) => {
		const rows = await sql`select v from support_private.used_variables(${text}) v`;
		expect(rows.map(({ v }) => v)).toEqual(variablesIn(text));
	});

	test('on kinds, languages and our own words', async () => {
		for (const kind of TEMPLATE_KINDS)
			for (const locale of EMAIL_LOCALES) {
				const words = wordsIn(locale).templates[kind];
				expect(await write({ kind, locale, ...words })).toMatchObject(words);
			}
		expect((await refusal(write({ kind: 'test', body: 'x' }))).code).toBe('23514');
		expect((await refusal(write({ locale: 'it' }))).code).toBe('23514');
	});

	test('on how long they may be', async () => {
		const subject = '😀'.repeat(SUBJECT_MAX_CHARACTERS);
		const body = BODY + '😀'.repeat(BODY_MAX_CHARACTERS - BODY.length);
		expect(await write({ subject, body })).toMatchObject({ subject, body });
		expect((await refusal(write({ subject: `${subject}x` }))).code).toBe('23514');
		expect((await refusal(write({ body: `${body}x` }))).code).toBe('23514');
	});

	test.each<[TemplateKind, string, string]>([
		['user_reply', 'Hello {{messages}}', BODY],
		['user_reply', '{{app_nam}}', BODY],
		['user_reply', 'Hello', '{{messages}}'],
		['user_reply', 'Hello', '{{chat_link}}'],
		['user_reply', 'Hello', `${BODY} {{first_message}}`],
		['user_reply', 'Hello', `${BODY} {{constructor}}`],
		['staff_waiting', '{{summary}}', 'x'],
		['staff_waiting', 'Hello', '{{unsubscribe_link}}'],
	])('on what is wrong with %s: %j, %j', async (kind, subject, body) => {
		const unknown =
			unknownVariable(kind, 'subject', subject) ?? unknownVariable(kind, 'body', body);
		const missing = missingVariable(kind, body);
		const code =
			unknown === null ? 'support_template_variable_missing' : 'support_template_variable_unknown';
		expect(unknown ?? missing).not.toBeNull();
		expect(await refusal(write({ kind, subject, body }))).toEqual(coded(400, code));
	});
});

test.each([
	['', BODY],
	[' \u200b', BODY],
	['two\nlines', BODY],
	['two\r\nBcc: x@y.z', BODY],
	['a\u2028b', BODY],
])('the subject %j is refused', async (subject, body) => {
	expect((await refusal(write({ subject, body }))).code).toBe('23514');
});

test('a change is checked as a new template is', async () => {
	const admin = await createAgent('admin');
	const change = rolledBack(async (tx) => {
		await become(tx, admin);
		await tx`insert into public.support_email_templates (kind, locale, subject, body) values ('user_reply', 'en', 'x', ${BODY})`;
		await tx`update public.support_email_templates set body = 'no link'`;
	});
	expect(await refusal(change)).toEqual(coded(400, 'support_template_variable_missing'));
});

test('agents cannot write one', async () => {
	const agent: Caller = await createAgent('agent');
	const write = as(
		agent,
		(tx) =>
			tx`insert into public.support_email_templates (kind, locale, subject, body) values ('staff_waiting', 'en', 'x', 'y')`,
	);
	expect((await refusal(write)).code).toBe('42501');
});
