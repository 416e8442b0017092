import {
	ChatInbox,
	createFormatter,
	createAgentClient,
	createTranslator,
	UnsentMessages,
} from '$chat';
import type { SupportChatListItem } from '$chat';
import { Alerts } from '../notifications/alerts.svelte';
import { Availability } from '../presence/availability.svelte';
import type { DashboardContext } from '../context';
import { TeamPresence } from '../presence/team-presence.svelte';
import { TeamSettings } from '../settings/team-settings.svelte';
import { teamCatalogue } from '../strings/team';

/** A dashboard context without a server, for component tests. */
export function testDashboard(): DashboardContext {
	const client = createAgentClient({
		url: 'http://project.invalid',
		publishableKey: 'sb_publishable_test',
		accessToken: () => Promise.resolve(null),
	});
	return {
		agent: { user_id: 'agent-1', display_name: 'Mika', role: 'agent' },
		client,
		inbox: new ChatInbox(client, { view: 'active' }),
		alerts: new Alerts(),
		availability: new Availability(client, 'agent-1'),
		presence: new TeamPresence(client, { user_id: 'agent-1', name: 'Mika' }),
		settings: new TeamSettings(
			client,
			'agent-1',
			() => Promise.resolve(null),
			() => {},
		),
		format: createFormatter('en', client.clock),
		translate: createTranslator('en', teamCatalogue),
		unsent: new UnsentMessages(client, 'agent-1'),
	};
}

/** A row of the inbox, with what a test does not care about filled in. */
export const testChat = (given: Partial<SupportChatListItem> = {}): SupportChatListItem => ({
	id: '00000000-0000-4000-8000-000000000001',
	user_id: '00000000-0000-4000-8000-000000000002',
	user_email: 'ada@example.com',
	user_name: null,
	last_message_at: new Date().toISOString(),
	last_message_preview: 'Can you change it?',
	last_message_sender: 'user',
	message_count: 5,
	unread: false,
	archived: false,
	created_at: '2026-03-02T10:00:00Z',
	admin_viewed_at: null,
	...given,
});
