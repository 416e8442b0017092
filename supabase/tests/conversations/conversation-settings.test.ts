import { describe, expect, test } from 'vitest';
import { coded, become, refusal, rolledBack, sql, type Row } from '../helpers/database';
import { createCustomer, createRemovedAgent, createAgent } from '../helpers/people';
import { mayReceive, maySend } from '../helpers/topics';

/** Changes settings as an admin, in a transaction that is taken back. */
async function change(settings: Row): Promise<Row> {
	const admin = await createAgent('admin');
	return rolledBack(async (tx) => {
		await become(tx, admin);
		await tx`update public.support_settings set ${tx(settings)}`;
		return (await tx<Row[]>`select * from public.support_settings`)[0]!;
	}, 'read committed');
}

test('by default nothing of it is on: one simple shared inbox', async () => {
	const [settings] = await sql<Row[]>`select * from public.support_settings`;
	expect(settings).toMatchObject({
		welcome_message: {},
		end_message: {},
		inactivity_minutes: null,
		message_before_accept: true,
		only_assigned_may_write: false,
		allow_view_history: true,
		delete_history: 'off',
		dashboard_url: null,
		auto_assign: false,
		max_active_conversations: null,
		failover_minutes: null,
		expected_reply_minutes: null,
		time_zone: 'UTC',
	});
});

describe('a setting', () => {
	test.each<[Row]>([
		[{ inactivity_minutes: 1 }],
		[{ inactivity_minutes: 43_200 }],
		[{ max_active_conversations: 1000 }],
		[{ failover_minutes: 1440 }],
		[{ expected_reply_minutes: 10_080 }],
		[{ time_zone: 'Asia/Kolkata' }],
		[{ delete_history: 'erase' }],
		[{ welcome_message: { en: 'Hi', 'pt-BR': 'Olá', 'zh-Hant': '你好' } }],
		[{ dashboard_url: 'http://localhost:5173/chats' }],
	])('%j is taken', async (settings) => {
		expect(await change(settings)).toMatchObject(settings);
	});

	test.each<[Row, string]>([
		[{ inactivity_minutes: 0 }, '23514'],
		[{ inactivity_minutes: 43_201 }, '23514'],
		[{ max_active_conversations: 0 }, '23514'],
		[{ max_active_conversations: 1001 }, '23514'],
		[{ failover_minutes: 0 }, '23514'],
		[{ failover_minutes: 1441 }, '23514'],
		[{ expected_reply_minutes: 0 }, '23514'],
		[{ agent_timeout: '29 seconds' }, '23514'],
		[{ agent_timeout: '61 minutes' }, '23514'],
		[{ welcome_message: { en: '' } }, '23514'],
		[{ welcome_message: { en: ' \u200b' } }, '23514'],
		[{ welcome_message: { en: 'x'.repeat(1001) } }, '23514'],
		[{ welcome_message: { 'not a language': 'x' } }, '23514'],
		[{ end_message: { en: 1 } }, '23514'],
		[{ end_message: ['x'] }, '23514'],
		[{ delete_history: 'sometimes' }, '22P02'],
		[{ dashboard_url: 'javascript:alert(1)' }, '23514'],
		[{ auto_assign: null }, '23502'],
	])('%j is refused', async (settings, code) => {
		expect((await refusal(change(settings))).code).toBe(code);
	});

	test.each(['Mars/Olympus', '', 'UTC; drop table x'])('time zone %j is refused', async (zone) => {
		const expected = coded(400, 'support_time_zone_unknown');
		expect(await refusal(change({ time_zone: zone }))).toEqual(expected);
	});

	test('is changed by admins alone', async () => {
		const others = [await createAgent('agent'), await createCustomer(), await createRemovedAgent()];
		await rolledBack(async (tx) => {
			for (const caller of others) {
				await become(tx, caller);
				const changed = await tx`update public.support_settings set auto_assign = true returning 1`;
				expect(changed).toHaveLength(0);
			}
		});
	});
});

describe('a change', () => {
	test('is counted and broadcast to all who have the chat open, without details', async () => {
		const admin = await createAgent('admin');
		await rolledBack(async (tx) => {
			const [before] = await tx<Row[]>`select version from public.support_settings`;
			await become(tx, admin);
			await tx`update public.support_settings set auto_assign = true`;
			await tx`select set_config('role', 'none', true)`;
			const [told] = await tx<Row[]>`
				select payload, event, private from realtime.messages
				where topic = 'support_settings' order by inserted_at desc, ctid desc limit 1`;
			expect(told).toEqual({
				event: 'settings_changed',
				private: true,
				payload: {
					id: expect.any(String),
					type: 'settings_changed',
					version: Number(before!.version) + 1,
				},
			});
		}, 'read committed');
	});

	test('of the version itself is refused to everyone', async () => {
		expect((await refusal(change({ version: 7 }))).code).toBe('42501');
	});

	test('is received by signed-in users, and no one can forge it', async () => {
		for (const caller of [await createCustomer(), await createAgent('admin')]) {
			expect(await mayReceive(caller, 'support_settings', 'broadcast')).toBe(true);
			expect(await mayReceive(caller, 'support_settings', 'presence')).toBe(false);
			expect(await maySend(caller, 'support_settings', 'broadcast')).toBe(false);
		}
		const signedOut = { role: 'anon', claims: { role: 'anon' } } as const;
		expect(await mayReceive(signedOut, 'support_settings', 'broadcast')).toBe(false);
		const stranger = await createCustomer();
		expect(await mayReceive(stranger, 'support_settings:x', 'broadcast')).toBe(false);
	});
});
