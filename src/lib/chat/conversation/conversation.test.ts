import { beforeEach, describe, expect, it } from 'vitest';
import { CustomerConversation } from './conversation.svelte';
import type { SupportStatus } from './conversation-types';
import { FakeBrowser, type FakeTab } from '../testing/fake-browser';
import { openChat } from '../testing/fake-chat';
import { FakeServer } from '../testing/fake-server';
import { FakeTime } from '../testing/fake-time';

let time: FakeTime;
let server: FakeServer;
let browser: FakeBrowser;
let tab: FakeTab;
let status: SupportStatus;

const conversation = (changes: object = {}) => ({
	...{ id: 'c1', status: 'waiting' as const, agent_name: null, started_at: null },
	...{ ended_at: null, ended_by: null, rating: null, ...changes },
});

beforeEach(() => {
	time = new FakeTime();
	server = new FakeServer(time);
	server.agents.add('mika');
	browser = new FakeBrowser(time, server);
	tab = browser.open();
	status = {
		...{ agents_online: true, open: true, opens_at: null, expected_reply_minutes: null },
		...{ emails_answers: true, conversation: null, queue_position: null, is_staff: false },
		...{ message_before_accept: true, allow_view_history: true, delete_history: 'off' },
	};
	server.functions.set('support_status', () => status);
	server.functions.set('start_support_conversation', () => ({}));
});

/** The panel, open: chat and conversation put together as the widget does it. */
async function openPanel(inTab = tab) {
	const chat = openChat(server, inTab, 'ada', {
		onEvent: (event) => state.handleEvent(event),
		onCaughtUp: () => state.refresh(),
	});
	const state = new CustomerConversation(chat.client, {
		context: () => ({ page: 'https://shop.test/' }),
		onHistoryChanged: () => chat.store.reconcile(),
	});
	chat.store.setOpen(true);
	await time.advance(500);
	state.listen('ada');
	await time.advance(1_500);
	return { ...chat, state };
}

const change = (changes: Partial<SupportStatus>): void => {
	status = { ...status, ...changes };
};
const say = (event: string): void =>
	server.broadcast(`support_chat:${server.chatOf('ada').id}`, event, {});
const calls = (name: string): number => server.calls.filter((call) => call.name === name).length;

describe('the customer’s conversation', () => {
	it('is loaded on opening, and after each event', async () => {
		const { state } = await openPanel();
		expect(state.current).toBeNull();
		expect(state.isOpen).toBe(false);
		change({ conversation: conversation(), queue_position: 2 });
		say('conversation_updated');
		await time.advance(500);
		expect(state.isOpen).toBe(true);
		expect(state.status?.queue_position).toBe(2);
		change({ conversation: conversation({ status: 'active', agent_name: 'Mika' }) });
		say('conversation_updated');
		await time.advance(500);
		expect(state.current?.agent_name).toBe('Mika');
	});

	it('is requested once for several simultaneous events', async () => {
		await openPanel();
		const before = calls('support_status');
		for (let i = 0; i < 20; i++) say('conversation_updated');
		await time.advance(500);
		expect(calls('support_status')).toBe(before + 1);
	});

	it('updates its place in the queue only while it waits', async () => {
		change({ conversation: conversation(), queue_position: 2 });
		const { state } = await openPanel();
		change({ queue_position: 1 });
		await time.advance(12_000);
		expect(state.status?.queue_position).toBe(1);
		change({ conversation: conversation({ status: 'ended' }), queue_position: null });
		await time.advance(12_000);
		const before = calls('support_status');
		await time.advance(20_000);
		// The chat's own catch-up may fall into this time, once; the queue's look would come twice.
		expect(calls('support_status')).toBeLessThanOrEqual(before + 1);
	});

	it('follows changed settings at once', async () => {
		const { state } = await openPanel();
		expect(state.mustWait).toBe(false);
		change({ message_before_accept: false });
		server.broadcast('support_settings', 'settings_changed', {});
		await time.advance(1_500);
		expect(state.mustWait).toBe(true);
		expect(state.mustStart).toBe(true);
		change({ conversation: conversation() });
		say('conversation_updated');
		await time.advance(500);
		expect(state.mustStart).toBe(false);
		change({ conversation: conversation({ status: 'active' }) });
		say('conversation_updated');
		await time.advance(500);
		expect(state.mustWait).toBe(false);
	});

	it('asks for a rating after its end, unless it was rated or archived', async () => {
		change({ conversation: conversation({ status: 'ended', ended_by: 'staff' }) });
		const { state } = await openPanel();
		expect(state.asksRating).toBe(true);
		for (const done of [{ rating: 4 }, { ended_by: 'archive' }, { status: 'active' }]) {
			change({ conversation: conversation({ status: 'ended', ended_by: 'staff', ...done }) });
			say('conversation_updated');
			await time.advance(500);
			expect(state.asksRating).toBe(false);
		}
	});

	it("gets the page's context once, after a first message opened it", async () => {
		const { state, store } = await openPanel();
		store.sendMessage('hello');
		state.written();
		change({ conversation: conversation(), queue_position: 1 });
		say('conversation_updated');
		await time.advance(2_000);
		store.sendMessage('again');
		state.written();
		await time.advance(2_000);
		const started = server.calls.filter(({ name }) => name === 'start_support_conversation');
		expect(started.map(({ args }) => args)).toEqual([
			{ p_context: { page: 'https://shop.test/' } },
		]);
	});

	it("drops another user's state as soon as the user changes", async () => {
		change({ conversation: conversation() });
		const { state } = await openPanel();
		change({ conversation: null });
		state.listen('grace');
		expect(state.current).toBeNull();
	});

	it('has no state if the database has no conversations', async () => {
		server.functions.delete('support_status');
		const { state, store } = await openPanel();
		expect(state.status).toBeNull();
		store.sendMessage('hello');
		await time.advance(1_000);
		expect(store.state.messages.map(({ status }) => status)).toEqual(['sent']);
	});
});

describe('messages that were deleted or hidden', () => {
	const fill = (...texts: string[]): void => {
		for (const text of texts) server.store(server.chatOf('ada'), crypto.randomUUID(), text, 'mika');
	};
	const shown = (store: Awaited<ReturnType<typeof openPanel>>['store']): string[] =>
		store.state.messages.map(({ content }) => content);

	it('disappear in every tab at once, and no later message is missed', async () => {
		fill('one', 'two', 'three');
		const [here, there] = [await openPanel(), await openPanel(browser.open())];
		server.erase(server.chatOf('ada'), ({ content }) => content !== 'three');
		fill('four');
		await time.advance(2_000);
		expect(shown(here.store)).toEqual(['three', 'four']);
		expect(shown(there.store)).toEqual(['three', 'four']);
		server.erase(server.chatOf('ada'), () => true);
		await time.advance(2_000);
		expect(shown(here.store)).toEqual([]);
		fill('five');
		await time.advance(2_000);
		expect(shown(there.store)).toEqual(['five']);
	});

	it('disappear also when the broadcast was lost', async () => {
		fill('one', 'two', 'three');
		const { store } = await openPanel();
		server.broadcastFate = () => 'lose';
		server.erase(server.chatOf('ada'), ({ content }) => content === 'two');
		void store.reload();
		await time.advance(1_000);
		expect(shown(store)).toEqual(['one', 'three']);
	});

	it('disappear when the settings start to hide them, and when the next conversation starts', async () => {
		fill('one');
		change({ conversation: conversation({ status: 'ended' }) });
		const { store } = await openPanel();
		server.chatOf('ada').erased = 1;
		server.chatOf('ada').messages = [];
		change({ allow_view_history: false });
		server.broadcast('support_settings', 'settings_changed', {});
		await time.advance(2_000);
		expect(shown(store)).toEqual([]);
		fill('two');
		await time.advance(500);
		server.chatOf('ada').erased = 2;
		server.chatOf('ada').messages = [];
		change({ conversation: conversation({ id: 'c2' }) });
		say('conversation_updated');
		await time.advance(2_000);
		expect(shown(store)).toEqual([]);
	});
});
