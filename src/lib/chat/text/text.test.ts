import { describe, expect, it } from 'vitest';
import { tokenize } from './links';
import { cleanText, countCharacters, isBlank, truncate } from './text';

const family = '👨‍👩‍👧‍👦';

describe('cleaning', () => {
	it('replaces characters that Postgres rejects, and keeps everything else', () => {
		expect(cleanText('a\0b\ud800c\udc00d')).toBe('ab\ufffdc\ufffdd');
		expect(cleanText(`${family} 𝄞 é مرحبا`)).toBe(`${family} 𝄞 é مرحبا`);
	});

	it('normalises line ends, and trims', () => {
		expect(cleanText('  a\r\nb\rc\n\n ')).toBe('a\nb\nc');
	});
});

describe('blankness', () => {
	it.each(['', ' \n\t', '\u200b', '\u2060\ufeff', '\u00a0\u3000', '\u2800', '\u3164', '\ufe0f'])(
		'%j has nothing to see in it',
		(text) => expect(isBlank(text)).toBe(true),
	);

	it.each(['a', '.', family, '\u200bx\u200b', '👍🏽'])('%j has', (text) =>
		expect(isBlank(text)).toBe(false),
	);
});

describe('counting and cutting', () => {
	it('counts code points, as Postgres does', () => {
		expect(countCharacters('aé😀')).toBe(3);
		expect(countCharacters(family)).toBe(7);
		expect(countCharacters('\ud800x')).toBe(2);
	});

	it('never cuts inside a visible character', () => {
		expect(truncate('short', 10)).toBe('short');
		expect(truncate(`ab${family}cd`, 8)).toBe('ab…');
		expect(truncate('🇩🇪🇫🇷🇪🇸', 5)).toBe('🇩🇪🇫🇷…');
		expect(truncate('cafe\u0301 au lait', 5)).toBe('caf…');
	});
});

describe('links', () => {
	const links = (text: string): string[] =>
		tokenize(text).flatMap((token) => (token.type === 'link' ? token.href : []));

	it('are found for http, https and mailto only', () => {
		expect(links('see https://a.example/x and http://b.example or mailto:c@d.example')).toEqual([
			'https://a.example/x',
			'http://b.example/',
			'mailto:c@d.example',
		]);
		expect(links('javascript:alert(1) data:text/html,x file:///etc ftp://x www.a.example')).toEqual(
			[],
		);
		expect(links('xhttps://a.example')).toEqual([]);
	});

	it('do not contain the punctuation at the end of a sentence', () => {
		expect(links('(https://a.example/b(c)). https://a.example/d, https://a.example/?q=1!')).toEqual(
			['https://a.example/b(c)', 'https://a.example/d', 'https://a.example/?q=1'],
		);
	});

	it('are not made of deceptive addresses', () => {
		expect(links('https://bank.example@evil.example/')).toEqual([]);
		expect(links('https://a.example/\u202egnp.exe')).toEqual(['https://a.example/']);
		expect(links('mailto:nobody')).toEqual([]);
	});

	it('lose no character of any text', () => {
		for (const text of [
			'<script>alert("https://a.example/</script>")</script>',
			'https:// https://. mailto: http://[',
			'a https://a.example\nhttps://b.example\u2028c',
			'🙂https://ä.example/ü🙂',
		])
			expect(
				tokenize(text)
					.map((token) => token.text)
					.join(''),
			).toBe(text);
	});

	it('are found quickly in a very long message', () => {
		const text = 'https://a.example/'.repeat(200) + '('.repeat(3_000) + ')'.repeat(3_000);
		const before = performance.now();
		tokenize(text);
		expect(performance.now() - before).toBeLessThan(500);
	});
});
