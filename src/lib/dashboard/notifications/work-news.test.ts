import { beforeEach, describe, expect, it } from 'vitest';
import type { SupportChatListItem } from '$chat';
import { testChat } from '../testing/dashboard-context';
import { TeamDesk } from '../testing/team-context';
import { WorkNews } from './work-news';

let desk: TeamDesk;
let told: boolean[];

beforeEach(() => {
	desk = new TeamDesk({});
	told = [];
});

const open = () =>
	new WorkNews(desk.openTab().client, 'mika', ({ withMessage }) => void told.push(withMessage));
const at = '2026-11-21T10:00:00Z';
const chat = (given: Partial<SupportChatListItem>) =>
	testChat({ last_message_at: at, last_message_sender: 'user', ...given });
const waiting = (since = at, given: Partial<SupportChatListItem> = {}) =>
	chat({ conversation_status: 'waiting', waiting_since: since, ...given });
const held = (agent_id: string) => chat({ conversation_status: 'active', agent_id });
const settled = () => desk.time.advance(1_000);

describe('new work', () => {
	it('is a conversation that began to wait, told once for all tabs', async () => {
		for (const news of [open(), open()]) {
			news.heard(waiting());
			news.heard(waiting(at, { message_count: 9 }));
		}
		await settled();
		expect(told).toEqual([true]);
	});

	it('knows whether a message came with it, which has its own sound', async () => {
		const news = open();
		news.heard(waiting('2026-11-21T11:00:00Z'));
		await settled();
		expect(told).toEqual([false]);
	});

	it('includes the message that comes right after, and skips a conversation that is taken at once', async () => {
		const news = open();
		news.heard(waiting('2026-11-21T11:00:00Z', { last_message_sender: null }));
		news.heard(waiting('2026-11-21T11:00:00Z', { last_message_at: '2026-11-21T11:00:00Z' }));
		news.heard(waiting('2026-11-21T11:00:00Z', { id: 'taken' }));
		news.heard({ ...held('sam'), id: 'taken' });
		await settled();
		expect(told).toEqual([true]);
	});

	it('is one that waits again', async () => {
		const news = open();
		news.knows([waiting()]);
		news.heard(held('sam'));
		news.heard(waiting('2026-11-21T11:00:00Z', { last_message_sender: 'admin' }));
		await settled();
		expect(told).toEqual([false]);
	});

	it('is none that this agent released, or that somebody has', async () => {
		const news = open();
		news.knows([held('mika')]);
		news.heard(waiting('2026-11-21T11:00:00Z'));
		news.heard(held('sam'));
		await settled();
		expect(told).toEqual([]);
	});

	it('is none that waited before the page was opened, whenever its row comes in', async () => {
		const news = open();
		news.look([waiting('2026-11-21T08:59:00Z')]);
		news.heard(waiting('2026-11-21T08:58:00Z', { id: 'another' }));
		await settled();
		expect(told).toEqual([]);
	});

	it('includes what began to wait while nobody listened', async () => {
		const news = open();
		news.look([waiting()]);
		await settled();
		expect(told).toEqual([true]);
	});

	it('is told by the tab that somebody looks at', async () => {
		const tabs: string[] = [];
		const openTab = (name: string, visible: boolean) => {
			const { client, tab } = desk.openTab();
			tab.setVisible(visible);
			return new WorkNews(client, 'mika', () => void tabs.push(name));
		};
		const [behind, front] = [openTab('behind', false), openTab('front', true)];
		behind.heard(waiting());
		front.heard(waiting());
		await settled();
		expect(tabs).toEqual(['front']);
	});
});
