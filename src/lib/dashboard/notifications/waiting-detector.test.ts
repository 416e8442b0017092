import { beforeEach, describe, expect, it } from 'vitest';
import type { SupportChatListItem } from '$chat';
import { testChat } from '../testing/dashboard-context';
import { FakeBackend } from '../testing/fake-backend';
import { WaitingDetector } from './waiting-detector';

let backend: FakeBackend;
let told: boolean[];

beforeEach(() => {
	backend = new FakeBackend({});
	told = [];
});

const open = () =>
	new WaitingDetector(
		backend.openTab().client,
		'mika',
		({ withMessage }) => void told.push(withMessage),
	);
const at = '2026-11-21T10:00:00Z';
const chat = (given: Partial<SupportChatListItem>) =>
	testChat({ last_message_at: at, last_message_sender: 'user', ...given });
const waiting = (since = at, given: Partial<SupportChatListItem> = {}) =>
	chat({ conversation_status: 'waiting', waiting_since: since, ...given });
const held = (agent_id: string) => chat({ conversation_status: 'active', agent_id });
const settled = () => backend.time.advance(1_000);

describe('new work', () => {
	it('is a conversation that starts to wait, shown once across tabs', async () => {
		for (const detector of [open(), open()]) {
			detector.handleRow(waiting());
			detector.handleRow(waiting(at, { message_count: 9 }));
		}
		await settled();
		expect(told).toEqual([true]);
	});

	it('reports whether a message came with it, which has its own sound', async () => {
		const detector = open();
		detector.handleRow(waiting('2026-11-21T11:00:00Z'));
		await settled();
		expect(told).toEqual([false]);
	});

	it('includes the message that comes right after, and skips a conversation that is taken at once', async () => {
		const detector = open();
		detector.handleRow(waiting('2026-11-21T11:00:00Z', { last_message_sender: null }));
		detector.handleRow(
			waiting('2026-11-21T11:00:00Z', { last_message_at: '2026-11-21T11:00:00Z' }),
		);
		detector.handleRow(waiting('2026-11-21T11:00:00Z', { id: 'taken' }));
		detector.handleRow({ ...held('sam'), id: 'taken' });
		await settled();
		expect(told).toEqual([true]);
	});

	it('is one that waits again', async () => {
		const detector = open();
		detector.setKnown([waiting()]);
		detector.handleRow(held('sam'));
		detector.handleRow(waiting('2026-11-21T11:00:00Z', { last_message_sender: 'admin' }));
		await settled();
		expect(told).toEqual([false]);
	});

	it('is not a conversation that this agent released or that an agent has', async () => {
		const detector = open();
		detector.setKnown([held('mika')]);
		detector.handleRow(waiting('2026-11-21T11:00:00Z'));
		detector.handleRow(held('sam'));
		await settled();
		expect(told).toEqual([]);
	});

	it('is not a conversation that waited before the page was opened', async () => {
		const detector = open();
		detector.handleRows([waiting('2026-11-21T08:59:00Z')]);
		detector.handleRow(waiting('2026-11-21T08:58:00Z', { id: 'another' }));
		await settled();
		expect(told).toEqual([]);
	});

	it('includes conversations that started to wait while the connection was lost', async () => {
		const detector = open();
		detector.handleRows([waiting()]);
		await settled();
		expect(told).toEqual([true]);
	});

	it('is shown by the visible tab', async () => {
		const tabs: string[] = [];
		const openTab = (name: string, visible: boolean) => {
			const { client, tab } = backend.openTab();
			tab.setVisible(visible);
			return new WaitingDetector(client, 'mika', () => void tabs.push(name));
		};
		const [behind, front] = [openTab('behind', false), openTab('front', true)];
		behind.handleRow(waiting());
		front.handleRow(waiting());
		await settled();
		expect(tabs).toEqual(['front']);
	});
});
