import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createChatClient, createAgentClient, type ChatClient } from '$chat/client';
import { ChatStore } from '$chat/chat/chat-store.svelte';
import { NodeTab } from '../helpers/node-tab';
import { tokenOf } from '../../../local-stack/testing/people';
import {
	createCustomer,
	createAgent,
	openChat,
	storedMessages,
	type Person,
} from '../helpers/people';

/* The chat core of widget and dashboard against real REST and real Realtime: nothing between them is pretended. */

interface OpenPage {
	tab: NodeTab;
	client: ChatClient;
	store: ChatStore;
	texts(): string[];
	/** How long coming tokens live, seconds. */
	life: number;
	tokens: string[];
}

const tokenFor = (person: Person, seconds: number): string =>
	tokenOf(person, inject('stack').jwtSecret, {
		exp: Math.floor(Date.now() / 1000) + seconds,
		jti: randomUUID(),
	});

let open: OpenPage[] = [];
let customer: Person;
let agent: Person;
let chatId: string;

beforeEach(async () => {
	[customer, agent] = [await createCustomer(), await createAgent()];
	chatId = await openChat(customer);
});

afterEach(() => {
	for (const { store, client, tab } of open) {
		store.stop();
		client.close();
		tab.close();
	}
	open = [];
});

async function openPage(person: Person, side: 'user' | 'agent', life = 3_600): Promise<OpenPage> {
	const { apiUrl, publishableKey } = inject('stack');
	const tab = new NodeTab();
	const tokens = [tokenFor(person, life)];
	const create = side === 'agent' ? createAgentClient : createChatClient;
	const client = create({
		url: apiUrl,
		publishableKey,
		environment: tab,
		accessToken: (request) => {
			if (request?.refresh) tokens.push(tokenFor(person, page.life));
			return Promise.resolve(tokens.at(-1) ?? null);
		},
	});
	const page: OpenPage = {
		...{ tab, client, tokens, life },
		texts: () => page.store.state.messages.map((message) => message.content),
		store: new ChatStore(client, { role: side, ...(side === 'agent' ? { chatId } : {}) }),
	};
	open.push(page);
	page.store.start();
	page.store.setOpen(true);
	await expect.poll(() => page.store.state.connection, { timeout: 15_000 }).toBe('connected');
	return page;
}

describe('customer and agent on one stack', () => {
	test('write to each other live, see what was read, and see the other type', async () => {
		const [ada, mika] = [await openPage(customer, 'user'), await openPage(agent, 'agent')];
		ada.store.sendMessage('Hello 😀\n</script>');
		expect(ada.texts()).toEqual(['Hello 😀\n</script>']);
		await expect.poll(() => mika.texts()).toEqual(['Hello 😀\n</script>']);
		await expect
			.poll(() => ada.store.state.messages[0])
			.toMatchObject({ status: 'sent', seen: true });
		mika.store.notifyTyping();
		await expect.poll(() => ada.store.state.typing).not.toBeNull();
		mika.store.sendMessage('Hi!');
		await expect.poll(() => ada.texts()).toEqual(['Hello 😀\n</script>', 'Hi!']);
		await expect.poll(() => mika.store.state.messages[1]).toMatchObject({ seen: true, own: true });
		expect(ada.store.state.unread).toBe(0);
	});

	test('lose nothing and double nothing while sockets are cut and requests fail', async () => {
		const [ada, mika] = [await openPage(customer, 'user'), await openPage(agent, 'agent')];
		const written: Record<'ada' | 'mika', string[]> = { ada: [], mika: [] };
		for (let round = 1; round <= 5; round++) {
			for (const [name, page] of Object.entries({ ada, mika })) {
				const text = `${name} ${round}`;
				written[name as 'ada' | 'mika'].push(text);
				if (round === 2) page.tab.cut();
				if (round === 3) page.tab.goOffline();
				page.store.sendMessage(text);
			}
		}
		for (const page of [ada, mika]) page.tab.goOnline();
		await expect.poll(() => ada.texts().length, { timeout: 20_000 }).toBe(10);
		await expect.poll(() => mika.texts().length, { timeout: 20_000 }).toBe(10);
		const stored = (await storedMessages(chatId)).map((row) => String(row.content));
		expect(ada.texts()).toEqual(stored);
		expect(mika.texts()).toEqual(stored);
		for (const [name, texts] of Object.entries(written))
			expect(stored.filter((text) => text.startsWith(name))).toEqual(texts);
		await expect.poll(() => ada.store.state.connection, { timeout: 20_000 }).toBe('connected');
	});

	test('stay on one channel while short tokens are renewed ahead of their expiry', async () => {
		const ada = await openPage(customer, 'user', 4);
		const joins = (): number => ada.tab.sent.filter((frame) => frame.includes('phx_join')).length;
		const before = joins();
		const expiry = Date.now() + 4_000;
		await expect.poll(() => Date.now(), { timeout: 10_000 }).toBeGreaterThan(expiry + 1_000);
		expect(joins()).toBe(before);
		expect(ada.store.state.connection).toBe('connected');
		const mika = await openPage(agent, 'agent');
		mika.store.sendMessage('Still there?');
		await expect.poll(() => ada.texts(), { timeout: 1_000 }).toEqual(['Still there?']);
	});

	test('join again by themselves when the server closed the channel at the token’s expiry', async () => {
		const { apiUrl, publishableKey } = inject('stack');
		const tab = new NodeTab();
		// This host never renews ahead; it has a new token only once the old one is dead.
		let token = tokenFor(customer, 3);
		const client = createChatClient({
			...{ url: apiUrl, publishableKey, environment: tab },
			accessToken: () => Promise.resolve(token),
		});
		const states: string[] = [];
		const topic = client.connection.subscribe(`support_chat:${chatId}`, customer.id, {
			onState: (state) => states.push(state),
			onEvent: () => undefined,
		});
		await expect.poll(() => states.at(-1), { timeout: 10_000 }).toBe('live');
		await expect.poll(() => states.at(-1), { timeout: 10_000 }).not.toBe('live');
		token = tokenFor(customer, 3_600);
		client.connection.sessionChanged();
		await expect.poll(() => states.at(-1), { timeout: 15_000 }).toBe('live');
		// A join with a dead token is never tried: each would block the socket for five seconds.
		expect(tab.sent.filter((frame) => frame.includes('phx_join'))).toHaveLength(2);
		topic.leave();
		client.close();
		tab.close();
	});
});
