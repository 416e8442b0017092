import { describe, expect, it } from 'vitest';
import { mergeChanges, saveChanges, valuesBefore } from './merge';
import { done } from './answers';

const before = { name: 'Acme', text: 'Hello', on: true };

describe('changes of two people', () => {
	it('are merged if they concern different fields', () => {
		const typed = { ...before, name: 'Acme Ltd' };
		const kept = { ...before, text: 'Good day', on: false };
		expect(mergeChanges(before, typed, kept)).toEqual({
			merged: { name: 'Acme Ltd', text: 'Good day', on: false },
			changed: ['name'],
			conflicts: [],
		});
	});

	it('are a conflict if they concern the same field, unless both are equal', () => {
		const typed = { ...before, name: 'Acme Ltd', text: 'Hi ' };
		const kept = { ...before, name: 'Acme Inc', text: 'Hi' };
		expect(mergeChanges(before, typed, kept).conflicts).toEqual(['name']);
		const texts = (...texts: string[]) => ({
			texts: texts.map((text) => ({ locale: text, text })),
		});
		expect(mergeChanges(texts('a'), texts('a', 'b'), texts('c')).conflicts).toEqual(['texts']);
		expect(mergeChanges(texts('a'), texts('a', 'b'), texts('b', 'a')).conflicts).toEqual([]);
	});

	it('read the shown values from the form, and ignore invalid ones', () => {
		const form = (text: string) => {
			const sent = new FormData();
			sent.set('before', text);
			return sent;
		};
		expect(valuesBefore(form(JSON.stringify(before)))).toEqual(before);
		for (const text of ['', '{', '[]x', '{"a":1}', 'null'])
			expect(valuesBefore(form(text))).toBeNull();
	});
});

describe('saving', () => {
	const save = (kept: (typeof before)[], typed: Partial<typeof before>) => {
		const written: string[] = [];
		const sent = new FormData();
		sent.set('before', JSON.stringify(before));
		const result = saveChanges({
			...{ form: 'x', sent, typed: { ...before, ...typed }, labels: { name: 'Name' } },
			read: () => Promise.resolve({ row: kept.length, values: kept[0] ?? before }),
			gone: () => done('gone'),
			write: ({ merged }) => {
				kept.shift();
				written.push(JSON.stringify(merged));
				return Promise.resolve(kept.length > 0 ? null : done('x'));
			},
		});
		return { result, written };
	};

	it('reads and merges again if another change was saved in between', async () => {
		const { result, written } = save([before, { ...before, on: false }], { name: 'Mine' });
		expect(await result).toMatchObject({ saved: true });
		expect(written).toEqual([
			'{"name":"Mine","text":"Hello","on":true}',
			'{"name":"Mine","text":"Hello","on":false}',
		]);
	});

	it('saves nothing after a conflict, and returns the stored value and the entered one', async () => {
		const { result, written } = save([{ ...before, name: 'Theirs' }], {
			name: 'Mine',
			text: 'Too',
		});
		const answer = await result;
		expect(written).toEqual([]);
		expect(answer).toMatchObject({
			status: 409,
			data: {
				values: { name: 'Mine', text: 'Too' },
				before: { name: 'Theirs', text: 'Hello' },
				problem: expect.stringContaining('Name: Theirs'),
			},
		});
	});
});
