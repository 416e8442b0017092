import type { AgentClient } from '$chat';

const COLUMNS =
	'auto_assign,max_active_conversations,only_assigned_may_write,upload_types,max_upload_mb';

/** Reads, as the signed-in agent, the settings that affect agents' work; null if it could not. */
export async function readTeamSettings({ api, environment }: AgentClient): Promise<unknown> {
	const { url, publishableKey } = api.options;
	const { data: session } = await api.tokens.fresh(5_000);
	if (!session) return null;
	const address = `${url}/rest/v1/support_settings?select=${COLUMNS}`;
	try {
		const answer = await environment.fetch(address, {
			headers: {
				apikey: publishableKey,
				authorization: `Bearer ${session.token}`,
				accept: 'application/vnd.pgrst.object+json',
			},
			signal: AbortSignal.timeout(15_000),
		});
		return answer.ok ? await answer.json() : null;
	} catch {
		return null;
	}
}
