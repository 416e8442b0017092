import { describe, expect, it } from 'vitest';
import { noticeFilter } from './notices';
import { problemsOf } from './schemas';
import { templateSchema } from './templates';

describe('the filter of notices in an address', () => {
	it.each([
		['', { kind: null, status: null, page: 1 }],
		['?kind=test&status=failed&page=3', { kind: 'test', status: 'failed', page: 3 }],
		['?kind=&status=&page=', { kind: null, status: null, page: 1 }],
		['?kind=drop table&status=__proto__&page=-1', { kind: null, status: null, page: 1 }],
		['?page=1e9', { kind: null, status: null, page: 1 }],
		['?page=1.5', { kind: null, status: null, page: 1 }],
	])('%s', (search, filter) => {
		expect(noticeFilter(new URL(`https://desk.test/settings/notifications${search}`))).toEqual(
			filter,
		);
	});
});

describe('the entered text of an email', () => {
	const typed = (given: object) => {
		const words = { subject: 'Hello', body: '{{messages}} {{chat_link}}' };
		return templateSchema.safeParse({ kind: 'user_reply', locale: 'en', ...words, ...given });
	};
	const problems = (given: object) => {
		const { error } = typed(given);
		return error ? problemsOf(error) : {};
	};

	it('is trimmed, with the line ends of the database', () => {
		const { data } = typed({ subject: ' Hi ', body: '\r\n{{messages}}\r\n{{chat_link}}\r\n' });
		expect(data).toMatchObject({ subject: 'Hi', body: '{{messages}}\n{{chat_link}}' });
	});

	it.each([
		[{ subject: '' }, { subject: 'This cannot be empty.' }],
		[{ subject: 'x'.repeat(201) }, { subject: 'At most 200 characters.' }],
		[{ subject: 'two\nlines' }, { subject: 'Must be a single line.' }],
		[
			{ subject: '{{nam}}' },
			{ subject: '{{nam}} is not a variable of this email. Use one from the list.' },
		],
		[{ body: '{{messages}}' }, { body: 'The text needs {{chat_link}}.' }],
		[{ body: 'x'.repeat(5001) }, { body: 'At most 5,000 characters.' }],
		[{ locale: 'it' }, { locale: 'Choose one of the options.' }],
		[{ kind: 'test' }, { kind: 'Choose one of the options.' }],
	])('%j', (given, expected) => {
		expect(problems(given)).toMatchObject(expected);
	});
});
