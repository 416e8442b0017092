import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { Database } from '$lib/database.types';
import { logFault } from './log';

const live = z.object({
	waiting: z.number(),
	longest_wait_since: z.string().nullable(),
	active: z.number(),
	unanswered: z.number(),
	agents: z.array(
		z.object({
			user_id: z.string(),
			display_name: z.string(),
			available: z.boolean(),
			online: z.boolean(),
			last_seen_at: z.string().nullable(),
			active_conversations: z.number(),
			max_active: z.number().nullable(),
		}),
	),
	faults: z.array(
		z.object({ source: z.string(), message: z.string(), times: z.number(), last_at: z.string() }),
	),
});

/** The current state, from support_live(). */
export type Live = z.infer<typeof live>;

/** Null if it could not be loaded; the page then keeps the last state. */
export async function loadLive(supabase: SupabaseClient<Database>): Promise<Live | null> {
	const answer = await supabase.rpc('support_live');
	const parsed = live.safeParse(answer.data);
	if (parsed.success) return parsed.data;
	logFault(`No live numbers (${answer.status})`, answer.error?.message ?? parsed.error);
	return null;
}
