import { beforeEach, describe, expect, it } from 'vitest';
import { FakeBrowser, type FakeTab } from '../testing/fake-browser';
import { FakeServer } from '../testing/fake-server';
import { FakeTime } from '../testing/fake-time';
import { DraftStore } from './draft-store';
import { UserStorage } from './user-storage';

let time: FakeTime;
let browser: FakeBrowser;

beforeEach(() => {
	time = new FakeTime();
	browser = new FakeBrowser(time, new FakeServer(time));
});

/** The composer of one chat in one tab. */
function compose(tab: FakeTab = browser.open(), chat = 'chat') {
	const storage = new UserStorage(tab.storage, 'p:');
	const store = new DraftStore(storage, tab, chat, () => {});
	const type = async (text: string): Promise<void> => {
		store.set({ text, files: store.draft.files });
		await time.advance(5);
	};
	const send = async (): Promise<void> => {
		store.sent();
		await time.advance(5);
	};
	return { tab, store, type, send, storage, text: () => store.draft.text };
}

describe('the same draft in two tabs', () => {
	it('is shown by a tab that opens later', async () => {
		const one = compose();
		await one.type('hello');
		expect(compose().text()).toBe('hello');
		expect(compose(browser.open(), 'another').text()).toBe('');
	});

	it('is updated in a tab in which nothing was typed', async () => {
		const [one, two] = [compose(), compose()];
		await one.type('hello');
		expect(two.text()).toBe('hello');
		await one.type('hello there');
		expect(two.text()).toBe('hello there');
	});

	it('disappears from the other composer when it is sent in either tab', async () => {
		const [one, two] = [compose(), compose()];
		await one.type('hello');
		await two.send();
		expect([one.text(), two.text()]).toEqual(['', '']);
		await two.type('once more');
		expect(one.text()).toBe('');
		await two.send();
		expect(browser.storage.map.size).toBe(0);
	});
});

describe('different drafts in two tabs', () => {
	it('do not overwrite each other, and each survives a reload of its tab', async () => {
		const [one, two] = [compose(), compose()];
		await one.type('from one');
		await two.type('from two');
		expect([one.text(), two.text()]).toEqual(['from one', 'from two']);
		expect(compose(browser.reload(one.tab)).text()).toBe('from one');
		expect(compose(browser.reload(two.tab)).text()).toBe('from two');
	});

	it('stay apart when one is sent', async () => {
		const [one, two] = [compose(), compose()];
		await one.type('from one');
		await two.type('from two');
		await two.send();
		expect(one.text()).toBe('from one');
		expect(two.text()).toBe('');
	});

	it('of tabs that were closed are found again, the newest first', async () => {
		const [one, two] = [compose(), compose()];
		await one.type('from one');
		await two.type('from two');
		one.tab.kill();
		two.tab.kill();
		const later = compose();
		expect(later.text()).toBe('from two');
		await later.type('from two, changed');
		await later.send();
		expect(compose().text()).toBe('from one');
		expect(browser.storage.map.size).toBe(1);
	});

	it('stay apart in a duplicated tab, which begins with the same name', async () => {
		const one = compose();
		await one.type('original');
		const copy = browser.open();
		const name = one.tab.tabStorage?.getItem('support-chat:tab') ?? '';
		copy.tabStorage?.setItem('support-chat:tab', name);
		const two = compose(copy);
		await two.type('the copy');
		expect(one.text()).toBe('original');
		expect(compose(browser.reload(two.tab)).text()).toBe('the copy');
		expect(compose(browser.reload(one.tab)).text()).toBe('original');
	});
});

it('is not stored again by a tab whose user signed out', async () => {
	const [one, two] = [compose(), compose()];
	await one.type('secret one');
	await two.type('secret two');
	for (const { storage } of [one, two]) storage.forget();
	await time.advance(5);
	await one.type('typed a moment later');
	expect(browser.storage.map.size).toBe(0);
});

it('works without any storage', async () => {
	const tab = browser.open();
	tab.storage = null;
	const one = compose(tab);
	await one.type('kept');
	expect(one.text()).toBe('kept');
	expect(one.storage.isVolatile).toBe(true);
	await one.send();
	expect(one.storage.isVolatile).toBe(false);
});
