import { beforeEach, expect, it } from 'vitest';
import { createAgentClient } from '../client';
import { ChatInbox, type InboxMessage } from './chat-inbox.svelte';
import { FakeBrowser, type FakeTab } from '../testing/fake-browser';
import { FakeServer } from '../testing/fake-server';
import { FakeTime } from '../testing/fake-time';

let time: FakeTime;
let server: FakeServer;
let browser: FakeBrowser;

beforeEach(() => {
	time = new FakeTime();
	server = new FakeServer(time);
	server.agents.add('mika');
	browser = new FakeBrowser(time, server);
});

async function openInbox(tab: FakeTab = browser.open(), userId = 'mika') {
	const heard: InboxMessage[] = [];
	const client = createAgentClient({
		url: 'https://project.test',
		publishableKey: 'sb_publishable_x',
		environment: tab,
		accessToken: () => Promise.resolve(server.token(userId)),
	});
	const inbox = new ChatInbox(client, {
		view: 'active',
		onNewMessage: (message) => void heard.push(message),
	});
	inbox.start();
	await time.advance(1_000);
	return { inbox, heard, tab };
}

const write = (userId: string, content: string): void =>
	void server.store(server.chatOf(userId), crypto.randomUUID(), content, userId);
const people = (inbox: ChatInbox): (string | null)[] => inbox.chats.map((chat) => chat.user_email);

it('shows the chat with the newest message first, live, with the counts', async () => {
	write('ada', 'hello');
	const { inbox } = await openInbox();
	expect(inbox.connection).toBe('connected');
	expect(people(inbox)).toEqual(['ada@example.com']);
	write('grace', 'hi');
	await time.advance(1_000);
	expect(people(inbox)).toEqual(['grace@example.com', 'ada@example.com']);
	expect(inbox.counts).toEqual({ active: 2, archived: 0, unread: 2 });
	write('ada', 'anybody?');
	await time.advance(1_000);
	expect(inbox.chats[0]).toMatchObject({ last_message_preview: 'anybody?', unread: true });
});

it('reports each message once across tabs, also missed ones', async () => {
	const one = await openInbox();
	const two = await openInbox(browser.open());
	write('ada', 'live');
	await time.advance(1_000);
	server.broadcastFate = () => 'lose';
	write('grace', 'missed');
	await time.advance(60_000);
	const heard = [...one.heard, ...two.heard].map(({ message }) => message.content);
	expect(heard).toEqual(['live', 'missed']);
});

it('removes a chat when it is archived here or elsewhere, and adds it when its customer writes', async () => {
	write('ada', 'hello');
	const one = await openInbox();
	const two = await openInbox(new FakeBrowser(time, server).open());
	const id = one.inbox.chats[0]?.id ?? '';
	const done = one.inbox.setArchived(id, true);
	expect(one.inbox.chats).toEqual([]);
	await time.advance(1_000);
	expect(await done).toBeNull();
	expect(two.inbox.chats).toEqual([]);
	expect(two.inbox.counts).toMatchObject({ active: 0, archived: 1 });
	write('ada', 'wait');
	await time.advance(1_000);
	expect(people(one.inbox)).toEqual(['ada@example.com']);
});

it('puts the row back when archiving failed', async () => {
	write('ada', 'hello');
	const { inbox } = await openInbox();
	server.faults.push('unavailable');
	const done = inbox.setArchived(inbox.chats[0]?.id ?? '', true);
	await time.advance(1_000);
	expect((await done)?.code).toBe('server');
	expect(inbox.chats).toHaveLength(1);
});

it('keeps newer broadcasts when an older page arrives late', async () => {
	write('ada', 'hello');
	const { inbox } = await openInbox();
	const late = { chats: inbox.chats, counts: inbox.counts };
	const [row] = inbox.chats;
	if (!row) throw new Error('There is no chat.');
	inbox.apply({ ...row, unread: false, admin_viewed_at: row.last_message_at });
	inbox.setView('active', late);
	expect(inbox.chats[0]?.unread).toBe(false);
});

it('shows the other view', async () => {
	write('ada', 'hello');
	write('grace', 'hi');
	server.chatOf('ada').archived = true;
	const { inbox } = await openInbox();
	expect(people(inbox)).toEqual(['grace@example.com']);
	inbox.setView('archived');
	await time.advance(1_000);
	expect(people(inbox)).toEqual(['ada@example.com']);
});

it('catches up after a lost connection, and drops chats that were archived meanwhile', async () => {
	write('ada', 'hello');
	write('grace', 'hi');
	const { inbox } = await openInbox();
	browser.setOnline(false);
	server.chatOf('ada').archived = true;
	write('linus', 'new here');
	await time.advance(10_000);
	expect(inbox.connection).toBe('offline');
	browser.setOnline(true);
	await time.advance(10_000);
	expect(inbox.connection).toBe('connected');
	expect(people(inbox)).toEqual(['linus@example.com', 'grace@example.com']);
});

it('shows an error to a user who is not an agent, once', async () => {
	const { inbox } = await openInbox(browser.open(), 'ada');
	expect(inbox.loadError?.code).toBe('support_forbidden');
	const before = server.calls.length;
	await time.advance(300_000);
	expect(server.calls.length).toBe(before);
	expect(server.joinRefusals).toBeLessThanOrEqual(1);
});

it('leaves out chats that left the view while the page was loading', async () => {
	write('ada', 'hello');
	const { inbox } = await openInbox();
	const [row] = inbox.chats;
	if (!row) throw new Error('There is no chat.');
	server.faults.push('slow');
	void inbox.reload();
	await time.advance(1_000);
	inbox.apply({ ...row, archived: true });
	await time.advance(10_000);
	expect(inbox.chats).toEqual([]);
});

it('passes every row to watchers, also rows outside the view', async () => {
	write('ada', 'hello');
	const { inbox } = await openInbox();
	const rows: (string | undefined)[] = [];
	const end = inbox.watch((row) => rows.push(row?.id));
	const [row] = inbox.chats;
	if (!row) throw new Error('There is no chat.');
	inbox.apply({ ...row, id: 'elsewhere', archived: true });
	expect(rows).toEqual(['elsewhere']);
	void inbox.reload();
	await time.advance(1_000);
	end();
	inbox.apply(row);
	expect(rows).toEqual(['elsewhere', undefined]);
});
