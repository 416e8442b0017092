import { createContext } from 'svelte';
import type { ChatInbox, StaffClient, Formatter, Translator, UnsentMessages } from '$lib/chat';
import type { Agent } from '$lib/server/team';
import type { Alerts } from './alerts.svelte';
import type { Availability } from './availability.svelte';
import type { StaffPresence } from './staff-presence.svelte';
import type { TeamSettings } from './team-settings.svelte';

/** What all pages of one signed-in member of the team share. */
export interface Desk {
	readonly agent: Agent;
	readonly client: StaffClient;
	readonly inbox: ChatInbox;
	readonly alerts: Alerts;
	readonly availability: Availability;
	readonly presence: StaffPresence;
	readonly settings: TeamSettings;
	readonly format: Formatter;
	readonly translate: Translator;
	/** Messages of any chat that are not stored yet. */
	readonly unsent: UnsentMessages;
}

export const [getDesk, setDesk] = createContext<Desk>();
