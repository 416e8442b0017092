import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentNotice } from '$chat';
import { AgentNotices } from './agent-notices';
import { FakeBackend } from '../testing/fake-backend';

let backend: FakeBackend;
let rows: AgentNotice[];
let told: string[];

beforeEach(() => {
	rows = [];
	told = [];
	backend = new FakeBackend({ list_support_notices: () => rows });
});

const notice = (id: string, given: Partial<AgentNotice> = {}): AgentNotice => ({
	...{ id, chat_id: `chat-${id}`, conversation_id: 'c', user_email: 'ada@example.com' },
	...{ preview: 'Hello', note: null, created_at: '2026-11-21T09:00:00.000001+00:00', ...given },
});
const open = () => {
	const { client, tab } = backend.openTab();
	const notices = new AgentNotices(client, 'mika', ({ id }) => void told.push(id));
	notices.start();
	return { notices, tab };
};
const asked = () =>
	backend.named('list_support_notices').map(({ args }) => String(args['p_after']));

describe('notices for one agent', () => {
	it('are found by a catch-up after a lost broadcast, once across tabs', async () => {
		open();
		open();
		await backend.time.advance(1_000);
		rows = [notice('1')];
		await backend.time.advance(61_000);
		expect(told).toEqual(['1']);
		await backend.time.advance(300_000);
		expect(told).toEqual(['1']);
	});

	it('include those of the last minutes before the page was opened', async () => {
		rows = [notice('1')];
		open();
		await backend.time.advance(1_000);
		expect(told).toEqual(['1']);
		expect(asked()[0]).toBe('2026-11-21T08:50:00.000Z');
	});

	it('are not shown again after a reload', async () => {
		rows = [notice('1')];
		open().notices.stop();
		await backend.time.advance(1_000);
		open();
		await backend.time.advance(1_000);
		expect(told).toEqual(['1']);
	});

	it('of one chat are each shown, even within one millisecond', async () => {
		const chat_id = 'chat';
		rows = [
			notice('1', { chat_id }),
			notice('2', { chat_id, created_at: '2026-11-21T09:00:00.000002+00:00' }),
		];
		open();
		await backend.time.advance(2_000);
		expect(told).toEqual(['1', '2']);
	});

	it('are loaded from the last response on, with some overlap, and from earlier without one', async () => {
		open();
		await backend.time.advance(61_000);
		const [first, second] = asked();
		expect(first).toBe('2026-11-21T08:50:00.000Z');
		expect(Date.parse(second ?? '')).toBeGreaterThan(Date.parse(first ?? ''));
		backend.answers['list_support_notices'] = () => {
			throw new Error('support_unavailable');
		};
		const before = asked().length;
		await backend.time.advance(180_000);
		const later = asked().slice(before);
		expect(later.length).toBeGreaterThan(1);
		expect(new Set(later.slice(1)).size).toBe(1);
	});
});
