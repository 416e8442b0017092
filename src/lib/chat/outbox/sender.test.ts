import { beforeEach, describe, expect, it } from 'vitest';
import { createChatClient, createAgentClient, type ChatClient } from '../client';
import { FakeBrowser, type FakeTab } from '../testing/fake-browser';
import { openChat } from '../testing/fake-chat';
import { FakeServer } from '../testing/fake-server';
import { FakeTime } from '../testing/fake-time';
import type { UserOutbox } from './user-outbox';

let time: FakeTime;
let server: FakeServer;
let browser: FakeBrowser;

beforeEach(() => {
	time = new FakeTime();
	server = new FakeServer(time);
	server.agents.add('mika');
	browser = new FakeBrowser(time, server, () => 0.5);
});

/** A page of the product on which no chat is open. */
function openPage(userId: string, tab: FakeTab = browser.open()) {
	const session = { token: server.token(userId) as string | null };
	const create = server.agents.has(userId) ? createAgentClient : createChatClient;
	const client: ChatClient = create({
		url: 'https://project.test',
		publishableKey: 'sb_publishable_x',
		environment: tab,
		accessToken: () => Promise.resolve(session.token),
	});
	const outbox: UserOutbox = client.outboxOf(userId);
	outbox.send();
	return { tab, client, outbox, session };
}
const textsOf = (userId: string): string[] =>
	server.chatOf(userId).messages.map((message) => message.content);
const openAgentChat = (customer: string, tab: FakeTab) =>
	openChat(server, tab, 'mika', { role: 'agent', chatId: server.chatOf(customer).id });

describe('what was written in one chat', () => {
	it('is sent although another chat is opened before the request succeeds', async () => {
		const tab = browser.open();
		const { outbox } = openPage('mika', tab);
		const first = openAgentChat('ada', tab);
		await time.advance(500);
		server.faults.push('lost');
		first.store.sendMessage('for Ada');
		first.close();
		outbox.send();
		openAgentChat('grace', tab);
		await time.advance(30_000);
		expect(textsOf('ada')).toEqual(['for Ada']);
		expect(textsOf('grace')).toEqual([]);
	});

	it('is sent from a page that shows no chat at all, after a reload', async () => {
		const tab = browser.open();
		const chat = openAgentChat('ada', tab);
		await time.advance(500);
		browser.setOnline(false);
		for (const text of ['one', 'two', 'three']) chat.store.sendMessage(text);
		await time.advance(1_000);
		const page = openPage('mika', browser.reload(tab));
		browser.setOnline(true);
		await time.advance(5_000);
		expect(textsOf('ada')).toEqual(['one', 'two', 'three']);
		expect(page.outbox.messages.list()).toEqual([]);
	});

	it('does not wait for another chat that fails', async () => {
		const { outbox } = openPage('mika');
		const [ada, grace] = [server.chatOf('ada').id, server.chatOf('grace').id];
		server.brokenChats.add(ada);
		outbox.messages.write(ada, 'stuck', []);
		outbox.messages.write(grace, 'through', []);
		await time.advance(2_000);
		expect(textsOf('grace')).toEqual(['through']);
		server.brokenChats.clear();
		await time.advance(60_000);
		expect(textsOf('ada')).toEqual(['stuck']);
	});

	it('stays, shown as failed, when the chat was deleted', async () => {
		const { outbox } = openPage('mika');
		const chatId = server.chatOf('ada').id;
		server.chats.clear();
		const id = outbox.messages.write(chatId, 'too late', []);
		await time.advance(2_000);
		const [message] = outbox.messages.list();
		expect(message).toMatchObject({ id, content: 'too late', refused: 'support_chat_not_found' });
		expect(message && outbox.sender.statusOf(message).status).toBe('failed');
	});

	it('stays when the agent was removed, and is sent by Retry after they are added again', async () => {
		const { outbox } = openPage('mika');
		const chatId = server.chatOf('ada').id;
		server.agents.delete('mika');
		const id = outbox.messages.write(chatId, 'hello', []);
		await time.advance(2_000);
		expect(outbox.messages.list()[0]?.refused).toBe('support_chat_not_found');
		server.agents.add('mika');
		outbox.retry(id);
		await time.advance(2_000);
		expect(textsOf('ada')).toEqual(['hello']);
	});
});

describe('a customer’s first message', () => {
	it('creates the chat although the page was left before the message was stored', async () => {
		const chat = openChat(server, browser.open(), 'ada');
		chat.store.setOpen(true);
		server.faults.push('lost', 'lost', 'lost');
		await time.advance(1);
		chat.store.sendMessage('my first words');
		const next = openPage('ada', browser.reload(chat.tab));
		await time.advance(20_000);
		expect(textsOf('ada')).toEqual(['my first words']);
		expect(next.outbox.messages.list()).toEqual([]);
	});

	it('is sent days later by the next page that opens', async () => {
		const chat = openChat(server, browser.open(), 'ada');
		await time.advance(1_000);
		browser.setOnline(false);
		chat.store.sendMessage('from the train');
		chat.tab.kill();
		await time.advance(3 * 86_400_000);
		browser.setOnline(true);
		openPage('ada');
		await time.advance(5_000);
		expect(textsOf('ada')).toEqual(['from the train']);
	});
});

describe('several tabs', () => {
	it('store a message once although the sending tab is closed', async () => {
		const one = openPage('mika');
		const two = openPage('mika');
		const chatId = server.chatOf('ada').id;
		server.faults.push('slow');
		one.outbox.messages.write(chatId, 'once', []);
		await time.advance(30);
		one.tab.kill();
		await time.advance(30_000);
		expect(textsOf('ada')).toEqual(['once']);
		expect(two.outbox.messages.list()).toEqual([]);
	});

	it('lose nothing when all are closed at the same moment', async () => {
		const pages = [openPage('mika'), openPage('mika')];
		const chatId = server.chatOf('ada').id;
		pages[0]?.outbox.messages.write(chatId, 'one', []);
		pages[1]?.outbox.messages.write(chatId, 'two', []);
		for (const { tab } of pages) tab.kill();
		openPage('mika');
		await time.advance(30_000);
		expect(textsOf('ada')).toEqual(['one', 'two']);
	});

	it('send a message once without Web Locks, too', async () => {
		const tabs = [browser.open(), browser.open()];
		for (const tab of tabs) tab.locks = null;
		const [one, two] = tabs.map((tab) => openPage('mika', tab));
		one?.outbox.messages.write(server.chatOf('ada').id, 'once', []);
		two?.outbox.send();
		await time.advance(5_000);
		expect(textsOf('ada')).toEqual(['once']);
	});
});

describe('sessions', () => {
	it('waits for the same user, and is then sent', async () => {
		const page = openPage('ada');
		page.session.token = null;
		page.outbox.messages.write(null, 'kept', []);
		await time.advance(300_000);
		const [message] = page.outbox.messages.list();
		expect(message && page.outbox.sender.statusOf(message).status).toBe('waiting');
		expect(server.calls).toEqual([]);
		page.session.token = server.token('ada');
		page.outbox.revive();
		await time.advance(2_000);
		expect(textsOf('ada')).toEqual(['kept']);
	});

	it('never sends for another user', async () => {
		const page = openPage('ada');
		page.session.token = server.token('grace');
		page.outbox.messages.write(null, 'Ada’s words', []);
		await time.advance(60_000);
		expect(server.calls).toEqual([]);
	});
});

describe('storage that does not work', () => {
	it('is replaced by memory, and the browser asks before the page closes', async () => {
		const tab = browser.open();
		tab.storage = null;
		const { outbox } = openPage('mika', tab);
		server.down = true;
		outbox.messages.write(server.chatOf('ada').id, 'in memory', []);
		await time.advance(1_000);
		expect(tab.questions).toBe(1);
		server.down = false;
		await time.advance(60_000);
		expect(textsOf('ada')).toEqual(['in memory']);
		expect(tab.questions).toBe(0);
	});
});
