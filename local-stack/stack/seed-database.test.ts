import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { seedDatabase } from './seed-database';
import { startTestStack, type LocalStack } from '../testing/stack';
import { apiClient } from '../testing/api-client';

const rows = z.array(z.object({ user_email: z.string(), unread: z.boolean() }));
let stack: LocalStack;

beforeAll(async () => {
	stack = await startTestStack({ seed: true });
});
afterAll(() => stack.stop());

async function signIn(email: string) {
	const client = apiClient(stack.apiUrl, stack.publishableKey);
	const { error } = await client.auth.signInWithPassword({ email, password: 'support-demo' });
	expect(error).toBeNull();
	return client;
}

it('creates the demo accounts, who can sign in', async () => {
	for (const email of [
		'admin@example.com',
		'sam@example.com',
		'ada@example.com',
		'grace@example.com',
	])
		await signIn(email);
});

it('fills the inbox with read, unread and archived chats of several days, ordered by their last message', async () => {
	const agent = await signIn('admin@example.com');
	const list = async (p_archived: boolean) =>
		rows.parse((await agent.rpc('list_support_chats', { p_archived })).data);
	const active = await list(false);
	const archived = await list(true);
	expect(active.map((chat) => chat.user_email)).toEqual([
		'katherine@example.com',
		'grace@example.com',
		'alan@example.com',
		'ada@example.com',
		'margaret@example.com',
	]);
	expect(active.filter((chat) => chat.unread)).toHaveLength(2);
	expect(archived).toHaveLength(2);
});

it('leaves one unread reply for Grace and none for the others', async () => {
	for (const [email, unread_count] of [
		['grace@example.com', 1],
		['ada@example.com', 0],
	] as const) {
		const customer = await signIn(email);
		expect((await customer.rpc('get_support_unread').single()).data).toMatchObject({
			unread_count,
		});
	}
	const planned = await stack.sql`select chat_id from public.support_notifications`;
	expect(planned).toHaveLength(1);
});

it('has conversations of the last 30 days in every state, with ratings', async () => {
	const [counts] = await stack.sql`
		select
			count(*) filter (where status = 'waiting')::int as waiting,
			count(*) filter (where status = 'active')::int as active,
			count(*) filter (where status = 'ended')::int as ended,
			count(rating)::int as rated,
			count(distinct ended_by)::int as ways_to_end,
			count(distinct started_at::date)::int >= 20 as on_most_days,
			min(started_at) > now() - interval '30 days' as within_a_month
		from public.support_conversations`;
	expect(counts).toEqual({
		waiting: 2,
		active: 1,
		ended: 43,
		rated: 32,
		ways_to_end: 4,
		on_most_days: true,
		within_a_month: true,
	});
});

it('has no message outside a conversation, and all times in order', async () => {
	const backwards = await stack.sql`
		select m.id from public.support_messages m
		left join public.support_messages n on n.chat_id = m.chat_id and n.seq = m.seq + 1
		left join public.support_conversations v on v.id = m.conversation_id
		where v.id is null or n.created_at <= m.created_at or m.created_at > v.ended_at or m.created_at < v.started_at`;
	expect(backwards).toEqual([]);
	const overlapping = await stack.sql`
		select v.id from public.support_conversations v
		join public.support_conversations w on w.chat_id = v.chat_id and w.started_at > v.started_at
		where coalesce(v.ended_at, 'infinity') > w.started_at or v.accepted_at < v.started_at or v.ended_at < v.accepted_at`;
	expect(overlapping).toEqual([]);
});

it('fills Live and Reports', async () => {
	const agent = await signIn('admin@example.com');
	expect((await agent.rpc('support_live')).data).toMatchObject({ waiting: 2, active: 1 });
	const p_to = new Date();
	const p_from = new Date(p_to.getTime() - 30 * 24 * 3_600_000);
	const { data } = await agent.rpc('support_report', { p_from, p_to });
	expect(data).toMatchObject({ total: { conversations: 46, rated: 32 }, customers: { total: 7 } });
});

it('adds nothing when it runs again', async () => {
	const count = () => stack.sql`select count(*)::int as n from public.support_messages`;
	const before = await count();
	await seedDatabase(stack.sql);
	expect(await count()).toEqual(before);
});
