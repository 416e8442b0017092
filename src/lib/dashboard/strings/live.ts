/** Every sentence of the live page. */
import { number } from './count';

export const liveStrings = {
	title: 'Live',
	lead: 'What is happening right now. Updates automatically.',
	waiting: 'Waiting',
	waitingHint: 'for an agent',
	longest: 'Longest wait',
	nobodyWaits: 'No one is waiting',
	active: 'Active',
	activeHint: 'conversations with an agent',
	unanswered: 'Unanswered',
	unansweredHint: 'the customer wrote last',
	agents: 'Agents',
	online: 'Online',
	away: 'Away',
	offline: 'Offline',
	seen: (when: string) => `last seen ${when}`,
	load: (active: number, max: number | null) =>
		max === null
			? `${number.format(active)} active`
			: `${number.format(active)} of ${number.format(max)}`,
	loadLabel: (name: string) => `Active conversations of ${name}`,
	onlineCount: (online: number, all: number) =>
		`${number.format(online)} of ${number.format(all)} online`,
	faults: 'Problems',
	faultsHint:
		'These come from assignment rules or from SQL functions that your team replaced. Conversations are not affected.',
	faultsManage: 'View in settings',
	times: (count: number) => (count === 1 ? 'once' : `${number.format(count)} times`),
	stale: (when: string) => `Last updated ${when}. Trying again…`,
	failed: 'Could not load the numbers.',
	retry: 'Retry',
} as const;
