import { expect, it } from 'vitest';
import { shortenNames } from './short-names';

it('shortens internal properties alike wherever they are named', () => {
	const code =
		'class A{#knownTo=0;get hasGap(){return this.#knownTo>1}}new A().hasGap;({knownTo:1})';
	const short = shortenNames(code);
	expect(short).not.toMatch(/knownTo|hasGap/);
	const [, knownTo = '', hasGap = ''] = /#(q\d+)=0;get (q\d+)/.exec(short) ?? [];
	expect(short).toBe(code.replaceAll('knownTo', knownTo).replaceAll('hasGap', hasGap));
});

it('leaves other words and addresses of files as they are', () => {
	const code = 'import("./outbox-a1b2.js");x.unknownTo;y.environments;"q1"';
	expect(shortenNames(code)).toBe(code);
});

it('shortens the tokens of the panel, not those that the loader has, too', () => {
	const css = '.a{color:var(--accent-text);background:var(--accent);width:var(--width)}';
	const short = shortenNames(css);
	expect(short).toMatch(
		/^\.a\{color:var\(--\w{1,2}\);background:var\(--accent\);width:var\(--width\)\}$/,
	);
});
