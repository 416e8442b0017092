import type { SupabaseClient } from '@supabase/supabase-js';
import type { Database } from '../database.types';

/** An agent. */
export interface Agent {
	user_id: string;
	display_name: string;
	role: 'agent' | 'admin';
}

/** The user's row in support_agents, or null. Read again for each request, so that removal works at once. */
export async function readAgent(
	supabase: SupabaseClient<Database>,
	userId: string,
): Promise<Agent | null> {
	const { data, error } = await supabase
		.from('support_agents')
		.select('user_id, display_name, role')
		.eq('user_id', userId)
		.maybeSingle();
	if (error) throw new Error(`Could not read the support team: ${error.message}`);
	return data;
}
