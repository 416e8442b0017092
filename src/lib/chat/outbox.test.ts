import { expect, it } from 'vitest';
import { forgetOthers, Outbox } from './outbox';
import { FakeBrowser } from './testing/fake-browser';
import { FakeServer } from './testing/fake-server';
import { FakeTime } from './testing/fake-time';

function storage() {
	const time = new FakeTime();
	return new FakeBrowser(time, new FakeServer(time)).storage;
}
const contents = (outbox: Outbox): string[] => outbox.list().map((message) => message.content);

it('keeps the order of writing, though the clock steps back', () => {
	const outbox = new Outbox(storage(), 'p:');
	outbox.add('z', 'one', 1_000);
	outbox.add('a', 'two', 500);
	outbox.add('m', 'three', 500);
	expect(contents(outbox)).toEqual(['one', 'two', 'three']);
});

it('survives in storage, with the draft', () => {
	const shared = storage();
	const outbox = new Outbox(shared, 'p:');
	outbox.add('1', 'ünsent 😀', 1);
	outbox.draft = 'half';
	const again = new Outbox(shared, 'p:');
	expect(contents(again)).toEqual(['ünsent 😀']);
	expect(again.draft).toBe('half');
	again.draft = '';
	again.remove('1');
	expect(shared.map.size).toBe(0);
});

it.each([
	['there is none', null],
	[
		'it is full',
		Object.assign(storage(), {
			setItem: () => {
				throw new DOMException('full', 'QuotaExceededError');
			},
		}),
	],
])('lives in memory when the browser’s storage is of no use: %s', (_, useless) => {
	const outbox = new Outbox(useless, 'p:');
	outbox.add('1', 'kept', 1);
	outbox.draft = 'draft';
	expect(contents(outbox)).toEqual(['kept']);
	expect(outbox.draft).toBe('draft');
	outbox.remove('1');
	expect(contents(outbox)).toEqual([]);
});

it('sends a refused message again as the last one written', () => {
	const outbox = new Outbox(storage(), 'p:');
	outbox.add('1', 'one', 1);
	outbox.add('2', 'two', 2);
	outbox.refuse('1', 'support_message_too_long');
	expect(outbox.list()[0]?.refused).toBe('support_message_too_long');
	outbox.requeue('1', 3);
	expect(contents(outbox)).toEqual(['two', 'one']);
	expect(outbox.list().every((message) => message.refused === null)).toBe(true);
});

it('ignores what it did not write', () => {
	const shared = storage();
	shared.setItem('p:unsent:1', 'garbage');
	shared.setItem('p:unsent:2', '{"content":1}');
	shared.setItem('p:unsent:3', '{"content":"x","writtenAt":1,"refused":"never heard of"}');
	shared.setItem('other', 'x');
	expect(contents(new Outbox(shared, 'p:'))).toEqual([]);
});

it('forgets other users, and nobody else’s things', () => {
	const shared = storage();
	shared.setItem('support:user:ada:own:draft', 'secret');
	shared.setItem('support:user:grace:own:draft', 'mine');
	shared.setItem('support:staff:mika:1:draft', 'staff');
	shared.setItem('theme', 'dark');
	forgetOthers(shared, 'support:user:', 'grace');
	expect([...shared.map.keys()]).toEqual([
		'support:user:grace:own:draft',
		'support:staff:mika:1:draft',
		'theme',
	]);
});
