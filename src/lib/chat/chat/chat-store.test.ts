import { beforeEach, describe, expect, it } from 'vitest';
import { FakeBrowser, type FakeTab } from '../testing/fake-browser';
import { openChat, type OpenChat } from '../testing/fake-chat';
import { FakeServer } from '../testing/fake-server';
import { FakeTime } from '../testing/fake-time';

let time: FakeTime;
let server: FakeServer;
let browser: FakeBrowser;
let tab: FakeTab;

beforeEach(() => {
	time = new FakeTime();
	server = new FakeServer(time);
	server.agents.add('mika');
	browser = new FakeBrowser(time, server);
	tab = browser.open();
});

const texts = ({ store }: OpenChat): string[] =>
	store.state.messages.map((message) => message.content);
const statuses = ({ store }: OpenChat): string[] =>
	store.state.messages.map((message) => message.status);

async function openPanel(userId = 'ada', inTab: FakeTab = tab): Promise<OpenChat> {
	const chat = openChat(server, inTab, userId);
	chat.store.setOpen(true);
	await time.advance(1_000);
	return chat;
}

const answer = (content: string, userId = 'ada'): void =>
	void server.store(server.chatOf(userId), crypto.randomUUID(), content, 'mika');

describe('a customer’s chat', () => {
	it('costs one call and no connection while it is closed', async () => {
		answer('hello');
		const chat = openChat(server, tab, 'ada');
		await time.advance(60_000);
		expect(server.calls.map((call) => call.name)).toEqual(['get_support_unread']);
		expect(server.sockets.size).toBe(0);
		expect(chat.store.state.unread).toBe(1);
		expect(chat.store.state.connection).toBe('idle');
	});

	it('awaits an answer to a message from another device, too', async () => {
		const chat = await openPanel();
		await time.advance(10_000);
		server.store(server.chatOf('ada'), crypto.randomUUID(), 'from my phone', 'ada');
		await time.advance(100);
		expect(texts(chat)).toEqual(['from my phone']);
		chat.store.setOpen(false);
		await time.advance(100);
		expect(chat.store.state.awaitingAnswer).toBe(true);
		answer('live');
		await time.advance(100);
		expect(chat.store.state.unread).toBe(1);
	});

	it('shows the bubble at once, and keeps it when the message is stored', async () => {
		const chat = await openPanel();
		chat.store.draft = '  hi\r\nthere  ';
		const outcome = chat.store.sendMessage();
		expect(chat.store.draft).toBe('');
		expect(texts(chat)).toEqual(['hi\nthere']);
		expect(statuses(chat)).toEqual(['sending']);
		const id = chat.store.state.messages[0]?.id;
		expect(outcome).toEqual({ accepted: true, id });
		await time.advance(1_000);
		expect(statuses(chat)).toEqual(['sent']);
		expect(chat.store.state.messages[0]?.id).toBe(id);
		expect(server.chatOf('ada').messages).toHaveLength(1);
	});

	it('rejects blank and too long messages before sending, and keeps the text', async () => {
		const chat = await openPanel();
		chat.store.draft = '\u200b \u2060';
		expect(chat.store.sendMessage()).toMatchObject({ code: 'support_message_blank' });
		chat.store.draft = '😀'.repeat(4001);
		expect(chat.store.sendMessage()).toEqual({
			accepted: false,
			code: 'support_message_too_long',
			characters: 4001,
		});
		expect(chat.store.draft).toHaveLength(8002);
		expect(chat.store.state.messages).toEqual([]);
	});

	it('is connected once the topic is joined, and receives replies', async () => {
		const chat = await openPanel();
		expect(chat.store.state.connection).toBe('connected');
		answer('hello');
		await time.advance(100);
		expect(texts(chat)).toEqual(['hello']);
		expect(chat.heard.map((message) => message.content)).toEqual(['hello']);
	});

	it('counts messages that arrive while the panel is closed, until it opens', async () => {
		const chat = await openPanel();
		chat.store.sendMessage('question');
		await time.advance(1_000);
		chat.store.setOpen(false);
		answer('one');
		answer('two');
		await time.advance(1_000);
		expect(chat.store.state.awaitingAnswer).toBe(true);
		expect(chat.store.state.unread).toBe(2);
		expect(chat.heard).toHaveLength(2);
		chat.store.setOpen(true);
		expect(chat.store.state.unread).toBe(0);
		await time.advance(1_000);
		expect(server.chatOf('ada').messages.every((m) => m.sender_type === 'user' || m.read_at)).toBe(
			true,
		);
	});

	it('closes the connection when no answer is awaited', async () => {
		const chat = await openPanel();
		chat.store.setOpen(false);
		await time.advance(30_000);
		expect(server.sockets.size).toBe(0);
		expect(chat.store.state.connection).toBe('idle');
	});

	it('does not mark messages as read on a hidden page', async () => {
		const chat = await openPanel();
		tab.setVisible(false);
		answer('hello');
		await time.advance(2_000);
		expect(chat.store.state.unread).toBe(1);
		expect(server.calls.some((call) => call.name === 'mark_support_chat_read')).toBe(false);
		tab.setVisible(true);
		await time.advance(1_000);
		expect(chat.store.state.unread).toBe(0);
	});

	it('loads older messages page by page', async () => {
		for (let i = 1; i <= 120; i++) answer(String(i));
		const chat = await openPanel();
		expect(texts(chat)[0]).toBe('71');
		await Promise.all([chat.store.loadOlder(), time.advance(200)]);
		await Promise.all([chat.store.loadOlder(), time.advance(200)]);
		expect(texts(chat)).toEqual(Array.from({ length: 120 }, (_, i) => String(i + 1)));
		expect(chat.store.state.hasOlder).toBe(false);
	});

	it('shows own messages as seen once an agent has viewed them', async () => {
		const chat = await openPanel();
		chat.store.sendMessage('hi');
		await time.advance(500);
		expect(chat.store.state.messages[0]?.seen).toBe(false);
		const agent = openChat(server, new FakeBrowser(time, server).open(), 'mika', {
			role: 'agent',
			chatId: server.chatOf('ada').id,
		});
		agent.store.setOpen(true);
		await time.advance(2_000);
		expect(chat.store.state.messages[0]?.seen).toBe(true);
	});

	it('shows when the other side types, until it stops', async () => {
		const chat = await openPanel();
		const agent = openChat(server, new FakeBrowser(time, server).open(), 'mika', {
			role: 'agent',
			chatId: server.chatOf('ada').id,
		});
		agent.store.setOpen(true);
		await time.advance(1_000);
		agent.store.notifyTyping();
		await time.advance(100);
		expect(chat.store.state.typing).toEqual({ name: 'Mika' });
		await time.advance(6_000);
		expect(chat.store.state.typing).toBeNull();
	});

	it('ignores typing events that the database cannot have sent, and most of a flood', async () => {
		const chat = await openPanel();
		const { id } = server.chatOf('ada');
		const topic = `support_typing:${id}`;
		const event = { chat_id: id, sender_id: 'mika', name: 'Mika', typing: true };
		const hostile = [
			{ ...event, name: 'x'.repeat(200_000) },
			{ ...event, chat_id: 'another' },
			{ ...event, sender_id: 'ada' },
			{ ...event, sender_id: ['mika'] },
			{ sender_type: 'admin', name: 'Mika', typing: true },
		];
		for (const payload of hostile) server.broadcast(topic, 'typing', payload);
		await time.advance(100);
		expect(chat.store.state.typing).toBeNull();
		await time.advance(10_000);
		const before = chat.store.state;
		let changes = 0;
		let seen = before;
		for (let i = 0; i < 2_000; i++) {
			server.broadcast(topic, 'typing', { ...event, typing: i % 2 === 0 });
			await time.advance(1);
			if (chat.store.state !== seen) changes++;
			seen = chat.store.state;
		}
		expect(changes).toBeGreaterThan(0);
		expect(changes).toBeLessThan(20);
	});
});

describe('a bad network', () => {
	it('sends a message once although the response was lost', async () => {
		const chat = await openPanel();
		server.faults.push('cut', 'cut');
		server.broadcastFate = () => 'lose';
		chat.store.sendMessage('once');
		await time.advance(10_000);
		expect(statuses(chat)).toEqual(['sent']);
		expect(server.chatOf('ada').messages).toHaveLength(1);
	});

	it('keeps messages written offline when the browser is closed, and sends them in order', async () => {
		const chat = await openPanel();
		browser.setOnline(false);
		for (const text of ['1', '2', '3', '4', '5']) chat.store.sendMessage(text);
		chat.store.draft = 'half a thou';
		await time.advance(5_000);
		expect(statuses(chat)).toEqual(Array(5).fill('waiting'));
		tab.kill();
		const again = openChat(server, browser.open(), 'ada');
		await time.advance(1_000);
		expect(texts(again)).toEqual(['1', '2', '3', '4', '5']);
		expect(again.store.draft).toBe('half a thou');
		browser.setOnline(true);
		await time.advance(5_000);
		expect(server.chatOf('ada').messages.map((m) => m.content)).toEqual(['1', '2', '3', '4', '5']);
	});

	it('says "not sent" after some tries, and Retry sends', async () => {
		const chat = await openPanel();
		server.down = true;
		chat.store.sendMessage('hello');
		await time.advance(120_000);
		expect(chat.store.state.messages[0]).toMatchObject({ status: 'failed', error: 'server' });
		server.down = false;
		chat.store.retry(chat.store.state.messages[0]?.id ?? '');
		await time.advance(1_000);
		expect(statuses(chat)).toEqual(['sent']);
	});

	it('does not flood a server on which only sending fails', async () => {
		const chat = await openPanel();
		server.broken.add('send_support_message');
		server.socketsBlocked = true;
		server.cutSockets();
		chat.store.sendMessage('hello');
		await time.advance(120_000);
		expect(chat.store.state.messages[0]).toMatchObject({ status: 'failed', error: 'server' });
		server.broken.clear();
		await time.advance(40_000);
		expect(statuses(chat)).toEqual(['sent']);
	});

	it('puts the text of a discarded message back into the draft', async () => {
		const chat = await openPanel();
		browser.setOnline(false);
		chat.store.sendMessage('never mind');
		chat.store.discard(chat.store.state.messages[0]?.id ?? '');
		expect(chat.store.draft).toBe('never mind');
		expect(chat.store.state.messages).toEqual([]);
		browser.setOnline(true);
		await time.advance(60_000);
		expect(server.chatOf('ada').messages).toEqual([]);
	});

	it('polls while the socket is blocked, and stops when it is back', async () => {
		server.socketsBlocked = true;
		const chat = await openPanel();
		answer('hello');
		await time.advance(5_000);
		expect(texts(chat)).toEqual(['hello']);
		expect(chat.store.state.connection).toBe('connecting');
		server.socketsBlocked = false;
		await time.advance(70_000);
		expect(chat.store.state.connection).toBe('connected');
		const before = server.calls.length;
		await time.advance(30_000);
		expect(server.calls.length - before).toBeLessThanOrEqual(1);
	});

	it('shows a lost connection only after two seconds', async () => {
		const chat = await openPanel();
		server.socketsBlocked = true;
		server.cutSockets();
		await time.advance(1_500);
		expect(chat.store.state.connection).toBe('connected');
		await time.advance(1_000);
		expect(chat.store.state.connection).toBe('reconnecting');
	});

	it('fetches the messages of a gap, and shows them in order', async () => {
		const chat = await openPanel();
		const fates = ['lose', 'deliver'] as const;
		let i = 0;
		server.broadcastFate = () => fates[i++] ?? 'deliver';
		answer('first');
		answer('second');
		await time.advance(20);
		expect(texts(chat)).toEqual([]);
		await time.advance(200);
		expect(texts(chat)).toEqual(['first', 'second']);
		expect(chat.heard.map((m) => m.content)).toEqual(['first', 'second']);
	});

	it('finds messages that a dead stream did not deliver within a minute', async () => {
		const chat = await openPanel();
		server.broadcastFate = () => 'lose';
		answer('swallowed');
		await time.advance(60_000);
		expect(texts(chat)).toEqual(['swallowed']);
	});

	it('catches up at once, and soon again, if the broadcast of a stored message does not come', async () => {
		const chat = await openPanel();
		await time.advance(5_000);
		server.streaming = false;
		chat.store.sendMessage('question');
		await time.advance(1_000);
		const before = server.calls.length;
		answer('lost');
		await time.advance(2_000);
		expect(server.calls.length).toBeGreaterThan(before);
		expect(texts(chat)).toEqual(['question', 'lost']);
		answer('lost, too');
		await time.advance(8_000);
		expect(texts(chat)).toEqual(['question', 'lost', 'lost, too']);
		const calls = server.calls.length;
		await time.advance(120_000);
		expect(server.calls.length - calls, 'it does not go on polling fast').toBeLessThan(12);
	});

	it('repeats a failed catch-up on a joined topic soon, as after a restart of Postgres', async () => {
		const chat = await openPanel();
		server.faults.push('unavailable');
		await Promise.all([chat.store.reload(), time.advance(500)]);
		server.streaming = false;
		answer('while it was down');
		await time.advance(12_000);
		expect(texts(chat)).toEqual(['while it was down']);
	});

	it('catches up at once when a message could not be sent', async () => {
		const chat = await openPanel();
		await time.advance(5_000);
		server.streaming = false;
		answer('while it was down');
		server.faults.push('unavailable');
		chat.store.sendMessage('question');
		const before = server.calls.length;
		await time.advance(400);
		expect(server.calls.slice(before).map(({ name }) => name)).toContain('list_support_messages');
		expect(texts(chat)).toEqual(['while it was down', 'question']);
	});

	it('treats HTML with status 200 as a temporary failure', async () => {
		const chat = await openPanel();
		server.faults.push(...Array<'portal'>(6).fill('portal'));
		chat.store.sendMessage('hi');
		await time.advance(300);
		expect(chat.store.state.messages[0]).toMatchObject({
			status: 'waiting',
			error: 'unexpected_answer',
		});
		await time.advance(40_000);
		expect(statuses(chat)).toEqual(['sent']);
	});

	it('orders and dates by the server although this machine’s clock is a day off', async () => {
		tab.clockError = 86_400_000;
		const chat = await openPanel();
		chat.store.sendMessage('hi');
		const shown = Date.parse(chat.store.state.messages[0]?.created_at ?? '');
		expect(Math.abs(shown - time.now)).toBeLessThan(2_000);
	});
});

describe('sessions', () => {
	it('renews the token before it expires, on the same channel', async () => {
		server.tokenLife = 60_000;
		const chat = await openPanel();
		const { token } = chat.session;
		for (let i = 0; i < 40; i++) {
			await time.advance(5_000);
			server.expireJoins();
		}
		expect(chat.session.token).not.toBe(token);
		expect(server.joinRefusals).toBe(0);
		expect(chat.store.state.connection).toBe('connected');
		answer('still here');
		await time.advance(100);
		expect(texts(chat)).toEqual(['still here']);
	});

	it('rejoins with a new token when the server closed the channel at expiry', async () => {
		const chat = await openPanel();
		for (const socket of server.sockets) for (const join of socket.joins.values()) join.exp = 0;
		server.expireJoins();
		await time.advance(3_000);
		expect(chat.store.state.connection).toBe('connected');
		expect(server.joinRefusals).toBe(0);
		answer('hello again');
		await time.advance(20);
		expect(texts(chat)).toEqual(['hello again']);
	});

	it('shows that the session ended, keeps the draft, and sends no requests', async () => {
		const chat = await openPanel();
		chat.store.draft = 'half';
		chat.session.userId = null;
		chat.session.token = null;
		chat.store.sessionChanged();
		await time.advance(1_000);
		expect(chat.store.state.signedOut).toBe(true);
		expect(chat.store.draft).toBe('half');
		const before = server.calls.length;
		await time.advance(300_000);
		expect(server.calls.length).toBe(before);
		expect(server.joinRefusals).toBe(0);
	});

	it('requests a new token once when the server rejects the old one', async () => {
		const chat = await openPanel();
		server.revoked.add(chat.session.token ?? '');
		chat.store.sendMessage('hi');
		await time.advance(2_000);
		expect(statuses(chat)).toEqual(['sent']);
		expect(chat.store.state.signedOut).toBe(false);
	});

	it('shows nothing of one user to the next', async () => {
		const chat = await openPanel();
		chat.store.sendMessage('secret');
		await time.advance(500);
		browser.setOnline(false);
		chat.store.sendMessage('unsent secret');
		chat.store.draft = 'secret draft';
		chat.session.userId = 'grace';
		chat.session.token = server.token('grace');
		chat.store.sessionChanged();
		browser.setOnline(true);
		await time.advance(60_000);
		expect(texts(chat)).toEqual([]);
		expect(chat.store.draft).toBe('');
		expect([...browser.storage.map].join()).not.toContain('secret');
		expect(server.chatOf('grace').messages).toEqual([]);
	});
});

describe('several tabs', () => {
	it('share one connection, one sound and the read state', async () => {
		const one = await openPanel();
		const two = await openPanel('ada', browser.open());
		expect(server.sockets.size).toBe(1);
		expect(two.store.state.connection).toBe('connected');
		two.tab.setVisible(false);
		answer('hello');
		await time.advance(2_000);
		expect(texts(one)).toEqual(['hello']);
		expect(texts(two)).toEqual(['hello']);
		expect(one.heard.length + two.heard.length).toBe(1);
		expect(two.store.state.unread).toBe(0);
	});

	it('continue when the tab with the connection is closed', async () => {
		const one = await openPanel();
		const two = await openPanel('ada', browser.open());
		one.tab.kill();
		await time.advance(5_000);
		expect(two.store.state.connection).toBe('connected');
		answer('still here');
		await time.advance(200);
		expect(texts(two)).toEqual(['still here']);
	});

	it('show what another tab wrote, and send it once', async () => {
		const one = await openPanel();
		const two = await openPanel('ada', browser.open());
		browser.setOnline(false);
		one.store.sendMessage('from one');
		two.store.sendMessage('from two');
		await time.advance(1_000);
		expect(texts(two)).toEqual(['from one', 'from two']);
		browser.setOnline(true);
		await time.advance(10_000);
		expect(server.chatOf('ada').messages.map((m) => m.content)).toEqual(['from one', 'from two']);
		expect(texts(one)).toEqual(['from one', 'from two']);
		expect(statuses(two)).toEqual(['sent', 'sent']);
	});
});

describe('a deleted chat', () => {
	it('is replaced for a customer, and unsent messages go to the new one', async () => {
		const chat = await openPanel();
		server.chats.clear();
		chat.store.sendMessage('anybody?');
		await time.advance(5_000);
		expect(server.chatOf('ada').messages.map((m) => m.content)).toEqual(['anybody?']);
		expect(statuses(chat)).toEqual(['sent']);
	});

	it('is reported to agents', async () => {
		const chatId = server.chatOf('ada').id;
		const agent = openChat(server, tab, 'mika', { role: 'agent', chatId });
		await time.advance(1_000);
		server.chats.clear();
		await Promise.all([agent.store.reload(), time.advance(1_000)]);
		expect(agent.store.state.gone).toBe(true);
	});
});
