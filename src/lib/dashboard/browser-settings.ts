import { createBrowserClient } from '@supabase/ssr';
import type { Config } from '$lib/server/config';

const COLUMNS =
	'auto_assign, max_active_conversations, only_assigned_may_write, upload_types, max_upload_mb';

/** Reads, as the signed-in member of the team, the settings that shape the agents' work; null if it could not. */
export async function readTeamSettings(config: Config): Promise<unknown> {
	const client = createBrowserClient(config.supabaseUrl, config.publishableKey);
	const { data } = await client.from('support_settings').select(COLUMNS).maybeSingle();
	return data;
}
