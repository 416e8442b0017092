/** Every sentence of the live page; see strings.ts. */
import { number } from './count';

export const liveStrings = {
	title: 'Live',
	lead: 'What happens right now. It keeps itself up to date.',
	waiting: 'Waiting',
	waitingHint: 'for an agent',
	longest: 'Longest wait',
	nobodyWaits: 'Nobody waits',
	active: 'Active',
	activeHint: 'conversations with an agent',
	unanswered: 'Unanswered',
	unansweredHint: 'the customer spoke last',
	agents: 'Agents',
	noAgents: 'Nobody is on the team yet.',
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
		'These come from rules, or from SQL functions that your team has replaced. Conversations went on.',
	faultsManage: 'Look at them in the settings',
	times: (count: number) => (count === 1 ? 'once' : `${number.format(count)} times`),
	stale: (when: string) => `These numbers are from ${when}. Trying again…`,
	failed: 'The numbers could not be loaded.',
	retry: 'Retry',
} as const;
