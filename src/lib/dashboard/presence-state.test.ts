import { describe, expect, it } from 'vitest';
import { applyPresence, colleaguesIn, NOBODY } from './presence-state';

const meta = (user_id: string, chat_id: string | null, phx_ref: string) => ({
	...{ user_id, chat_id, phx_ref },
	name: user_id,
});
const state = applyPresence(NOBODY, 'presence_state', {
	mika: { metas: [meta('mika', 'a', '1')] },
	sam: { metas: [meta('sam', 'b', '2')] },
});

describe('who of the team is there', () => {
	it('is what the server says, by name', () => {
		expect(colleaguesIn(state).map(({ name, chat_id }) => [name, chat_id])).toEqual([
			['mika', 'a'],
			['sam', 'b'],
		]);
	});

	it('follows who comes, moves on and leaves', () => {
		const moved = applyPresence(state, 'presence_diff', {
			joins: { mika: { metas: [meta('mika', 'b', '3')] } },
			leaves: { mika: { metas: [meta('mika', 'a', '1')] } },
		});
		expect(colleaguesIn(moved).map(({ chat_id }) => chat_id)).toEqual(['b', 'b']);
		const left = applyPresence(moved, 'presence_diff', {
			joins: {},
			leaves: { sam: { metas: [meta('sam', 'b', '2')] } },
		});
		expect(colleaguesIn(left).map(({ user_id }) => user_id)).toEqual(['mika']);
	});

	it('stays there while one of two connections is left', () => {
		const two = applyPresence(state, 'presence_diff', {
			joins: { sam: { metas: [meta('sam', 'c', '4')] } },
			leaves: {},
		});
		const one = applyPresence(two, 'presence_diff', {
			leaves: { sam: { metas: [meta('sam', 'b', '2')] } },
		});
		expect(colleaguesIn(one).filter(({ user_id }) => user_id === 'sam')).toEqual([
			{ user_id: 'sam', name: 'sam', chat_id: 'c' },
		]);
	});

	it('takes no entry under somebody else’s key, and nothing that makes no sense', () => {
		const forged = { sam: { metas: [meta('mika', 'x', '9'), 7, null, { name: {} }] }, kim: 3 };
		expect(colleaguesIn(applyPresence(NOBODY, 'presence_state', forged))).toEqual([]);
		expect(applyPresence(state, 'presence_diff', null)).toEqual(state);
		expect(applyPresence(state, 'something', {})).toBe(state);
	});
});
