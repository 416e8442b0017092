import { expect, it } from 'vitest';
import { shortenKeys, shortKeysOf } from './short-keys';

const catalogue = `export const en = {
	'panel.title': 'Support',
	'status.connected': 'Connected',
	'error.network': 'No connection.',
	'log.new': { one: '1', other: '2' },
	retry: 'Retry',
};`;

it('gives a short key to each text that is called by its whole key', () => {
	const short = shortKeysOf(catalogue);
	expect([...short.keys()]).toEqual(['panel.title', 'log.new']);
	expect(shortenKeys('t.text("panel.title")+t.plural(`log.new`)', short)).toBe(
		't.text("k0")+t.plural(`k1`)',
	);
});

it('leaves what is looked up by a code, and all other strings, as they are', () => {
	const code = 't.text(`status.${x}`);"error.network";"a.b";"see panel.title here"';
	expect(shortenKeys(code, shortKeysOf(catalogue))).toBe(code);
});
