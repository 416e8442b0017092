import { describe, expect, it } from 'vitest';
import type { StorageLike } from '../environment';
import { FakeBrowser, FakeStorage } from '../testing/fake-browser';
import { FakeServer } from '../testing/fake-server';
import { FakeTime } from '../testing/fake-time';
import { forgetOthers } from './forget-others';
import { UserStorage } from './user-storage';
import { Outbox } from './outbox';

let now = 0;
const openWith = (storage: UserStorage): Outbox =>
	new Outbox(storage, { now: () => now, uuid: () => 'made' }, () => {});
const open = (storage: StorageLike | null): Outbox => openWith(new UserStorage(storage, 'p:'));
const contents = (outbox: Outbox): string[] => outbox.list().map((message) => message.content);
function write(
	outbox: Outbox,
	id: string,
	content: string,
	at: number,
	chatId: string | null = 'chat',
): void {
	now = at;
	outbox.add({ id, chatId, content, attachments: [], held: [] });
}

it('keeps the order of writing when the clock steps back', () => {
	const outbox = open(new FakeStorage());
	write(outbox, 'z', 'one', 1_000);
	write(outbox, 'a', 'two', 500);
	write(outbox, 'm', 'three', 500);
	expect(contents(outbox)).toEqual(['one', 'two', 'three']);
});

it('survives in storage, with the chat of each message', () => {
	const shared = new FakeStorage();
	const outbox = open(shared);
	write(outbox, '1', 'ünsent 😀', 1, 'a');
	write(outbox, '2', 'elsewhere', 2, 'b');
	write(outbox, '3', 'the first message ever', 3, null);
	const again = open(shared);
	expect(again.ofChat('a').map(({ content }) => content)).toEqual(['ünsent 😀']);
	expect(again.ofChat(null).map(({ content }) => content)).toEqual(['the first message ever']);
	for (const { id } of again.list()) again.remove(id);
	expect(shared.map.size).toBe(0);
});

it.each([
	['there is none', null],
	[
		'it is full',
		Object.assign(new FakeStorage(), {
			setItem: () => {
				throw new DOMException('full', 'QuotaExceededError');
			},
		}),
	],
])('lives in memory when the browser’s storage is of no use, and says so: %s', (_, useless) => {
	const storage = new UserStorage(useless, 'p:');
	const outbox = openWith(storage);
	expect(storage.isVolatile).toBe(false);
	write(outbox, '1', 'kept', 1);
	expect(contents(outbox)).toEqual(['kept']);
	expect(storage.isVolatile).toBe(true);
	outbox.remove('1');
	expect(contents(outbox)).toEqual([]);
	expect(storage.isVolatile).toBe(false);
});

it('sends a rejected message again as the last one written', () => {
	const outbox = open(new FakeStorage());
	write(outbox, '1', 'one', 1);
	write(outbox, '2', 'two', 2);
	outbox.update('1', { refused: 'support_message_too_long' });
	expect(outbox.list()[0]?.refused).toBe('support_message_too_long');
	now = 3;
	outbox.requeue('1');
	expect(contents(outbox)).toEqual(['two', 'one']);
	expect(outbox.list().every((message) => message.refused === null)).toBe(true);
});

it('ignores entries that it did not write', () => {
	const shared = new FakeStorage();
	shared.setItem('p:unsent:1', 'garbage');
	shared.setItem('p:unsent:2', '{"content":1}');
	shared.setItem('p:unsent:3', '{"content":"x","writtenAt":1,"refused":"never heard of"}');
	shared.setItem('other', 'x');
	expect(contents(open(shared))).toEqual([]);
});

describe('forgetting', () => {
	it('removes what other users left, their files too, and nothing else', async () => {
		const time = new FakeTime();
		const browser = new FakeBrowser(time, new FakeServer(time));
		const tab = browser.open();
		browser.storage.setItem('support:user:ada:unsent:1', 'secret');
		browser.storage.setItem('support:user:ada:files', '1');
		browser.storage.setItem('support:user:grace:draft:own:1', 'mine');
		browser.storage.setItem('support:agent:mika:draft:1', 'agent');
		browser.storage.setItem('theme', 'dark');
		const file = { blob: new Blob(['x']), name: 'x.png', width: null, height: null };
		browser.files.set('support:user:ada:file:1', file);
		browser.files.set('support:user:grace:file:2', file);
		await forgetOthers(tab, 'support:user:', 'grace');
		await time.advance(1);
		expect([...browser.storage.map.keys()]).toEqual([
			'support:user:grace:draft:own:1',
			'support:agent:mika:draft:1',
			'theme',
		]);
		expect([...browser.files.keys()]).toEqual(['support:user:grace:file:2']);
	});

	it('stores nothing after the user signed out', () => {
		const shared = new FakeStorage();
		const storage = new UserStorage(shared, 'p:');
		storage.set('draft:own:1', 'secret');
		shared.setItem('other', 'x');
		storage.forget();
		storage.set('draft:own:1', 'typed a moment later');
		expect([...shared.map.keys()]).toEqual(['other']);
		expect(storage.isVolatile).toBe(false);
	});
});
