import { describe, expect, it } from 'vitest';
import { applyPresence, NOBODY } from './presence-state';

const metas = (...refs: string[]) => ({ metas: refs.map((phx_ref) => ({ phx_ref, name: 'any' })) });
const state = applyPresence(NOBODY, 'presence_state', { mika: metas('1'), sam: metas('2') });
const keys = (of: typeof state): string[] => [...of.keys()];

describe('which keys are present', () => {
	it('follows agents who come and leave', () => {
		expect(keys(state)).toEqual(['mika', 'sam']);
		const left = applyPresence(state, 'presence_diff', { joins: {}, leaves: { sam: metas('2') } });
		expect(keys(left)).toEqual(['mika']);
		const back = applyPresence(left, 'presence_diff', { joins: { sam: metas('3') }, leaves: {} });
		expect(keys(back)).toEqual(['mika', 'sam']);
	});

	it('keeps a key while one of two connections is left', () => {
		const two = applyPresence(state, 'presence_diff', { joins: { sam: metas('4') }, leaves: {} });
		const one = applyPresence(two, 'presence_diff', { leaves: { sam: metas('2') } });
		expect(one.get('sam')).toEqual(['4']);
	});

	it('ignores invalid entries, and more entries than a team can have', () => {
		const nonsense = { sam: { metas: [7, null, { phx_ref: {} }] }, kim: 3 };
		expect(keys(applyPresence(NOBODY, 'presence_state', nonsense))).toEqual([]);
		expect(applyPresence(state, 'presence_diff', null)).toEqual(state);
		expect(applyPresence(state, 'something', {})).toBe(state);
		const flood = Object.fromEntries(
			Array.from({ length: 2_000 }, (_, i) => [`k${i}`, metas('1')]),
		);
		expect(applyPresence(NOBODY, 'presence_state', flood).size).toBe(1_000);
		expect(applyPresence(state, 'presence_diff', { joins: flood }).size).toBe(1_000);
	});
});
