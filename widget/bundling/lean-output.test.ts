import { expect, it } from 'vitest';
import { importAs, withOwnNames } from './lean-output';

it('lets parts call what they share with the panel as the panel does', () => {
	const { code, renamed } = withOwnNames('var a=1;export{a as $,b,c as createPanel,d as a};');
	expect(code).toBe('var a=1;export{a,b,c as createPanel,d};');
	expect(importAs('import{$ as e,b as t,a}from"./panel-x.js";e()', 'panel-x.js', renamed)).toBe(
		'import{a as e,b as t,d as a}from"./panel-x.js";e()',
	);
});

it('leaves imports of other files alone', () => {
	const code = 'import{$ as e}from"./other.js"';
	expect(importAs(code, 'panel-x.js', new Map([['$', 'a']]))).toBe(code);
});
