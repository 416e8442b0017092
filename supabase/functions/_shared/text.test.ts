import { describe, expect, it } from 'vitest';
import { direction, escapeHtml, headerText, preview } from './text.ts';

const FAMILY = '👨‍👩‍👧‍👦';

describe('preview', () => {
	it('leaves a short message as it is', () => {
		expect(preview('Hello', 200)).toBe('Hello');
		expect(preview('x'.repeat(200), 200)).toBe('x'.repeat(200));
	});

	it('cuts a long one to 200 characters, with the ellipsis', () => {
		expect(preview('x'.repeat(201), 200)).toBe(`${'x'.repeat(199)}…`);
	});

	it('never cuts inside a visible character', () => {
		const cut = preview(FAMILY.repeat(60), 200);
		expect(cut).toBe(`${FAMILY.repeat(28)}…`);
		expect(Array.from(cut).length).toBeLessThanOrEqual(200);
		expect(preview(`${'x'.repeat(198)}e\u0301e\u0301`, 200)).toBe(`${'x'.repeat(198)}…`);
		expect(preview(`${'x'.repeat(198)}🇩🇪🇫🇷`, 200)).toBe(`${'x'.repeat(198)}…`);
		expect(preview(`a${'\u0301'.repeat(4000)}`, 200)).toBe('…');
	});

	it('joins lines, tabs and control characters into one paragraph', () => {
		expect(preview('a\r\n\tb\u2028c\u0007d\u0000', 200)).toBe('a b c d');
	});
});

describe('headerText', () => {
	it.each([
		['Acme\r\nBcc: x@example.com', 'Acme Bcc: x@example.com'],
		['Acme\u2028X-Evil: 1', 'Acme X-Evil: 1'],
		['\n\n  Acme  \n', 'Acme'],
		['=?utf-8?q?=0ABcc:_x?=', '=?utf-8?q?=0ABcc:_x?='],
	])('makes one line of %j', (text, expected) => {
		expect(headerText(text, 200)).toBe(expected);
	});

	it('limits the length', () => {
		expect(headerText('x'.repeat(1000), 60)).toHaveLength(60);
	});
});

describe('escapeHtml', () => {
	it('leaves no character that ends a tag, an attribute or a text', () => {
		expect(escapeHtml(`<img src=x onerror="a('b')">&amp;`)).toBe(
			'&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;',
		);
	});
});

describe('direction', () => {
	it.each([
		['Hello', 'ltr'],
		['مرحبا Ada', 'rtl'],
		['123 שלום', 'rtl'],
		['Ada: שלום', 'ltr'],
		['123 👋', 'ltr'],
	])('of %j is %s', (text, expected) => {
		expect(direction(text)).toBe(expected);
	});
});
