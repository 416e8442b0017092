import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { Database } from '$lib/database.types';
import { rowsOrThrow } from './section';

const NOTICES_PER_PAGE = 20;
const KINDS = ['user_reply', 'staff_waiting', 'staff_assigned', 'test'] as const;
const STATUSES = ['pending', 'sending', 'sent', 'skipped', 'failed'] as const;

/** The requested filter of notices. Invalid parameters of an address are ignored. */
const filter = z.object({
	kind: z.enum(KINDS).nullable().catch(null),
	status: z.enum(STATUSES).nullable().catch(null),
	page: z.coerce.number().int().min(1).max(10_000).catch(1),
});
export type NoticeFilter = z.infer<typeof filter>;

/** Reads the filter from an address. */
export function noticeFilter({ searchParams }: URL): NoticeFilter {
	return filter.parse({
		kind: searchParams.get('kind'),
		status: searchParams.get('status'),
		page: searchParams.get('page') ?? 1,
	});
}

type Supabase = SupabaseClient<Database>;
const COLUMNS =
	'id, kind, status, chat_id, agent_id, recipient, note, skip_reason, last_error, due_at, sent_at, created_at, updated_at';

/** One page of notices, newest first, each with its attempts and its agent. */
export async function readNotices(supabase: Supabase, { kind, status, page }: NoticeFilter) {
	const from = (page - 1) * NOTICES_PER_PAGE;
	let query = supabase.from('support_notifications').select(COLUMNS);
	if (kind) query = query.eq('kind', kind);
	if (status) query = query.eq('status', status);
	const found = rowsOrThrow(
		await query
			.order('created_at', { ascending: false })
			.order('id', { ascending: false })
			// One more row than shown tells whether there are older ones.
			.range(from, from + NOTICES_PER_PAGE),
	);
	const rows = found.slice(0, NOTICES_PER_PAGE);
	const [attempts, agents] = await Promise.all([
		readAttempts(
			supabase,
			rows.map(({ id }) => id),
		),
		readAgents(
			supabase,
			rows.flatMap(({ agent_id }) => agent_id ?? []),
		),
	]);
	const notices = rows.map((row) => ({
		...row,
		agent_name: agents.find(({ user_id }) => user_id === row.agent_id)?.display_name ?? null,
		attempts: attempts.filter(({ notification_id }) => notification_id === row.id),
	}));
	return { notices, hasOlder: found.length > NOTICES_PER_PAGE };
}
export type Notice = Awaited<ReturnType<typeof readNotices>>['notices'][number];

async function readAttempts(supabase: Supabase, ids: string[]) {
	if (ids.length === 0) return [];
	return rowsOrThrow(
		await supabase
			.from('support_notification_attempts')
			.select('notification_id, attempt, outcome, answer, provider_id, duration_ms, created_at')
			.in('notification_id', ids)
			.order('attempt'),
	);
}

async function readAgents(supabase: Supabase, ids: string[]) {
	if (ids.length === 0) return [];
	return rowsOrThrow(
		await supabase
			.from('support_agents')
			.select('user_id, display_name')
			.in('user_id', [...new Set(ids)]),
	);
}

/** Recent emails: the last one sent, and how many failed within a day. */
export async function readMailLog(supabase: Supabase) {
	const dayAgo = new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString();
	const [sent, failed] = await Promise.all([
		supabase
			.from('support_notifications')
			.select('recipient, sent_at')
			.eq('status', 'sent')
			.neq('kind', 'staff_assigned')
			.order('sent_at', { ascending: false })
			.limit(1),
		supabase
			.from('support_notifications')
			.select('id')
			.eq('status', 'failed')
			.gt('updated_at', dayAgo)
			.limit(100),
	]);
	return { lastSent: rowsOrThrow(sent)[0] ?? null, failedLately: rowsOrThrow(failed).length };
}
