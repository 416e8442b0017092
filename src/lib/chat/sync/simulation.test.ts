import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FakeBrowser, type FakeTab } from '../testing/fake-browser';
import { openChat, type OpenChat } from '../testing/fake-chat';
import { FakeServer, type Fault } from '../testing/fake-server';
import { FakeTime } from '../testing/fake-time';
import { seededRandom } from '../../../../supabase/functions/_shared/files/testing/random';

/*
 * Random histories of a customer with two tabs and an agent, over a network that loses, doubles, delays and
 * reorders. Promises: acknowledged messages are never lost or doubled, and everybody sees one order. Messages
 * are sent in the order of writing, read messages stay read, and each message makes one sound.
 *
 * A failure prints its seed and path: run it again with SIMULATION_SEED and SIMULATION_PATH.
 */

type Where = 'first' | 'second' | 'agent';
type Step =
	| { do: 'write'; where: Where }
	| { do: 'wait'; ms: number }
	| { do: 'fault'; faults: Fault[] }
	| { do: 'fates'; fates: ('deliver' | 'lose' | 'double' | 'late')[] }
	| { do: 'network'; online: boolean }
	| { do: 'cut' }
	| { do: 'block'; blocked: boolean }
	| { do: 'stream'; streaming: boolean }
	| { do: 'down'; down: boolean }
	| { do: 'open'; where: Where; open: boolean }
	| { do: 'show'; where: Where; visible: boolean }
	| { do: 'reload'; where: Where }
	| { do: 'away'; away: boolean }
	| { do: 'expire' };

const where = fc.constantFrom<Where>('first', 'second', 'agent');
const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 8, arbitrary: fc.record({ do: fc.constant('write' as const), where }) },
	{
		weight: 8,
		arbitrary: fc.record({
			do: fc.constant('wait' as const),
			ms: fc.constantFrom(1, 15, 30, 60, 300, 1_000, 3_000, 15_000, 70_000),
		}),
	},
	{
		weight: 4,
		arbitrary: fc.record({
			do: fc.constant('fault' as const),
			faults: fc.array(
				fc.constantFrom<Fault>('lost', 'cut', 'unavailable', 'portal', 'slow', 'hang'),
				{ minLength: 1, maxLength: 6 },
			),
		}),
	},
	{
		weight: 4,
		arbitrary: fc.record({
			do: fc.constant('fates' as const),
			fates: fc.array(fc.constantFrom('deliver', 'lose', 'double', 'late'), {
				minLength: 1,
				maxLength: 8,
			}),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({ do: fc.constant('network' as const), online: fc.boolean() }),
	},
	{ weight: 2, arbitrary: fc.constant({ do: 'cut' as const }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('block' as const), blocked: fc.boolean() }) },
	{
		weight: 1,
		arbitrary: fc.record({ do: fc.constant('stream' as const), streaming: fc.boolean() }),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('down' as const), down: fc.boolean() }) },
	{
		weight: 3,
		arbitrary: fc.record({ do: fc.constant('open' as const), where, open: fc.boolean() }),
	},
	{
		weight: 2,
		arbitrary: fc.record({ do: fc.constant('show' as const), where, visible: fc.boolean() }),
	},
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('reload' as const), where }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('away' as const), away: fc.boolean() }) },
	{ weight: 1, arbitrary: fc.constant({ do: 'expire' as const }) },
);

class World {
	readonly time = new FakeTime();
	readonly server = new FakeServer(this.time);
	readonly customerBrowser: FakeBrowser;
	readonly agentBrowser: FakeBrowser;
	readonly chats: Record<Where, OpenChat>;
	/** Accepted messages in the order of writing, per browser. */
	readonly written: Record<'customer' | 'agent', string[]> = { customer: [], agent: [] };
	/** All that made a sound in the customer's browser. */
	readonly heard: string[] = [];
	readonly #fates: ('deliver' | 'lose' | 'double' | 'late')[] = [];
	/** The agent looks at another customer's chat. */
	#isAway = false;
	readonly #readAt = new Map<string, string>();
	#count = 0;

	constructor(seed: number) {
		const random = seededRandom(seed);
		this.server.agents.add('mika');
		this.server.broadcastFate = () => this.#fates.shift() ?? 'deliver';
		this.customerBrowser = new FakeBrowser(this.time, this.server, random);
		this.agentBrowser = new FakeBrowser(this.time, this.server, random);
		this.server.chatOf('ada');
		this.chats = {
			first: this.#open('first'),
			second: this.#open('second'),
			agent: this.#open('agent'),
		};
	}

	async run(step: Step): Promise<void> {
		const { server, time } = this;
		if (step.do === 'write') this.#write(step.where);
		else if (step.do === 'wait') await time.advance(step.ms);
		else if (step.do === 'fault') server.faults.push(...step.faults);
		else if (step.do === 'fates') this.#fates.push(...step.fates);
		else if (step.do === 'network') this.customerBrowser.setOnline(step.online);
		else if (step.do === 'cut') server.cutSockets();
		else if (step.do === 'block') server.socketsBlocked = step.blocked;
		else if (step.do === 'stream') server.streaming = step.streaming;
		else if (step.do === 'down') server.down = step.down;
		else if (step.do === 'open') this.chats[step.where].store.setOpen(step.open);
		else if (step.do === 'show') this.chats[step.where].tab.setVisible(step.visible);
		else if (step.do === 'reload') this.#reload(step.where);
		else if (step.do === 'away') this.#setAway(step.away);
		else if (step.do === 'expire') {
			for (const socket of server.sockets) for (const join of socket.joins.values()) join.exp = 0;
			server.expireJoins();
		}
		await time.advance(1);
		this.checkAlways();
	}

	/** Everything works again, and everybody looks: after two minutes all is as it should be. */
	async heal(): Promise<void> {
		const { server } = this;
		Object.assign(server, { down: false, streaming: true, socketsBlocked: false });
		server.faults.length = 0;
		this.#fates.length = 0;
		this.customerBrowser.setOnline(true);
		// The agent's message is sent although its chat is not opened again.
		await this.time.advance(60_000);
		expect(this.#storedBy('admin'), 'what was left unsent').toEqual(this.written.agent);
		this.#setAway(false);
		for (const { tab, store } of Object.values(this.chats)) {
			tab.setVisible(true);
			store.setOpen(true);
		}
		await this.time.advance(120_000);
	}

	checkAlways(): void {
		for (const { store } of Object.values(this.chats)) {
			const ids = store.state.messages.map((message) => message.id);
			expect(new Set(ids).size, 'a message is shown twice').toBe(ids.length);
			const seqs = store.state.messages.flatMap((message) => message.seq ?? []);
			expect(seqs, 'not in order').toEqual([...seqs].sort((a, b) => a - b));
		}
		const stored = this.server.chatOf('ada').messages;
		for (const { id, read_at } of stored) {
			const before = this.#readAt.get(id);
			if (before) expect(read_at, 'what was read is unread again').toBe(before);
			if (read_at) this.#readAt.set(id, read_at);
		}
		expect(new Set(this.heard).size, 'one message, two sounds').toBe(this.heard.length);
	}

	checkEnd(): void {
		this.checkAlways();
		const stored = this.server.chatOf('ada').messages;
		for (const [name, { store }] of Object.entries(this.chats)) {
			expect(
				store.state.messages.map((m) => m.content),
				`what ${name} sees`,
			).toEqual(stored.map((m) => m.content));
			expect(new Set(store.state.messages.map((m) => m.status)).size, 'unsent').toBeLessThanOrEqual(
				1,
			);
			expect(store.state.connection, `${name}'s connection`).toBe('connected');
		}
		expect(this.#storedBy('user'), 'the customer’s messages').toEqual(this.written.customer);
		expect(this.#storedBy('admin'), 'the agent’s messages').toEqual(this.written.agent);
		expect(
			stored.filter((m) => m.sender_type === 'admin' && !m.read_at),
			'unread',
		).toEqual([]);
		expect(this.chats.first.store.state.unread, 'badge').toBe(0);
		const lastRead = this.chats.agent.store.state.messages.filter((m) => m.own && !m.seen);
		expect(lastRead, 'agents see what was read').toEqual([]);
		expect(this.server.joinRefusals, 'joins that had to be refused').toBe(0);
	}

	#open(place: Where, tab?: FakeTab): OpenChat {
		const isAgent = place === 'agent';
		const inTab = tab ?? (isAgent ? this.agentBrowser : this.customerBrowser).open();
		return isAgent
			? openChat(this.server, inTab, 'mika', {
					role: 'agent',
					chatId: this.server.chatOf('ada').id,
				})
			: openChat(this.server, inTab, 'ada', {
					onNewMessages: (messages) => void this.heard.push(...messages.map((m) => m.id)),
				});
	}

	#storedBy(side: 'user' | 'admin'): string[] {
		const { messages } = this.server.chatOf('ada');
		return messages.filter((m) => m.sender_type === side).map((m) => m.content);
	}

	/** The agent opens another chat on the same page, or comes back. */
	#setAway(away: boolean): void {
		if (away === this.#isAway) return;
		this.#isAway = away;
		const { agent } = this.chats;
		const chatId = this.server.chatOf(away ? 'grace' : 'ada').id;
		agent.store.stop();
		this.chats.agent = openChat(this.server, agent.tab, 'mika', { role: 'agent', chatId }, agent);
	}

	#write(place: Where): void {
		// The agent's messages there are tested elsewhere.
		if (place === 'agent' && this.#isAway) return;
		const text = `${place} ${++this.#count}`;
		const outcome = this.chats[place].store.sendMessage(text);
		if (outcome.accepted) this.written[place === 'agent' ? 'agent' : 'customer'].push(text);
	}

	/** The tab dies without a word, and is opened again. */
	#reload(place: Where): void {
		this.chats[place].tab.kill();
		if (place === 'agent') this.#isAway = false;
		this.chats[place] = this.#open(place);
	}
}

const seed = process.env.SIMULATION_SEED ? Number(process.env.SIMULATION_SEED) : undefined;
const path = process.env.SIMULATION_PATH;

it('keeps its invariants in random histories', { timeout: 120_000 }, async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.nat(),
			fc.array(step, { minLength: 1, maxLength: 25 }),
			async (chance, steps) => {
				const world = new World(chance);
				await world.time.advance(50);
				for (const one of steps) await world.run(one);
				await world.heal();
				world.checkEnd();
			},
		),
		{
			// Realtime said that a token without time of issue had expired, which set the clock an hour ahead.
			examples: [
				[
					1233564850,
					[
						{ do: 'wait', ms: 30 },
						{ do: 'fault', faults: ['lost', 'lost', 'hang'] },
						{ do: 'fault', faults: ['hang'] },
						{ do: 'write', where: 'first' },
						{ do: 'expire' },
						{ do: 'open', where: 'agent', open: true },
						{ do: 'write', where: 'second' },
					],
				],
			],
			numRuns: Number(process.env.SIMULATION_RUNS ?? 300),
			...(seed === undefined ? {} : { seed }),
			...(path === undefined ? {} : { path }),
		},
	);
});
