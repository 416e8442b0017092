import { beforeEach, describe, expect, it } from 'vitest';
import type { SupportChatListItem } from '$lib/chat';
import { testChat } from './testing/desk';
import { TeamDesk } from './testing/team-desk';
import { WorkNews, type WorkItem } from './work-news';

let desk: TeamDesk;
let told: WorkItem['kind'][];

beforeEach(() => {
	desk = new TeamDesk({});
	told = [];
});

const open = () =>
	new WorkNews(desk.openTab().client, 'mika', ({ kind }) => {
		told.push(kind);
		return true;
	});
const at = '2026-11-21T10:00:00Z';
const chat = (given: Partial<SupportChatListItem>) =>
	testChat({ last_message_at: at, last_message_sender: 'user', ...given });
const waiting = (since = at, given: Partial<SupportChatListItem> = {}) =>
	chat({ conversation_status: 'waiting', waiting_since: since, ...given });
const held = (agent_id: string) => chat({ conversation_status: 'active', agent_id });
const settled = () => desk.time.advance(1_000);

describe('news of work', () => {
	it('is a conversation that was assigned to this agent, told once for all tabs', async () => {
		for (const news of [open(), open()]) {
			news.heard(waiting());
			news.heard(held('mika'));
			news.heard(held('mika'));
		}
		await settled();
		expect(told).toEqual(['assigned']);
	});

	it('is none that this agent took, or that somebody else has', async () => {
		const news = open();
		news.knows([waiting()]);
		news.expect(waiting().id);
		news.heard(held('mika'));
		news.heard(held('sam'));
		await settled();
		expect(told).toEqual([]);
	});

	it('is somebody who waits without having written, or again', async () => {
		const news = open();
		news.heard(waiting('2026-11-21T10:00:01Z')); // came with its message, which has its own sound
		await settled();
		expect(told).toEqual([]);
		news.heard(waiting('2026-11-21T11:00:00Z'));
		news.heard(waiting('2026-11-21T11:00:00Z', { message_count: 9 }));
		await settled();
		expect(told).toEqual(['waits']);
	});

	it('is no conversation that this agent released', async () => {
		const news = open();
		news.knows([held('mika')]);
		news.heard(waiting('2026-11-21T11:00:00Z'));
		await settled();
		expect(told).toEqual([]);
	});

	it('includes what happened while nobody listened, but not what is seen for the first time', async () => {
		const news = open();
		news.look([waiting()]);
		await settled();
		expect(told).toEqual([]);
		news.look([held('mika')]);
		await settled();
		expect(told).toEqual(['assigned']);
	});
});
