import { createContext } from 'svelte';
import type { ChatInbox, AgentClient, Formatter, Translator, UnsentMessages } from '$chat';
import type { Agent } from '$lib/server/team';
import type { Alerts } from './notifications/alerts.svelte';
import type { Availability } from './presence/availability.svelte';
import type { TeamPresence } from './presence/team-presence.svelte';
import type { TeamSettings } from './settings/team-settings.svelte';

/** State that all pages of one signed-in agent share. */
export interface DashboardContext {
	readonly agent: Agent;
	readonly client: AgentClient;
	readonly inbox: ChatInbox;
	readonly alerts: Alerts;
	readonly availability: Availability;
	readonly presence: TeamPresence;
	readonly settings: TeamSettings;
	readonly format: Formatter;
	readonly translate: Translator;
	/** Messages of any chat that are not stored yet. */
	readonly unsent: UnsentMessages;
}

export const [getDashboard, setDashboard] = createContext<DashboardContext>();
