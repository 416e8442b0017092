import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../core/random';
import { healthy, type Condition, type FaultProxy } from './fault-proxy';

/** One fault: what the network does, for how long, and how it ends. */
export interface Fault {
	name: string;
	condition: Condition;
	lastsMs: number;
	/** Whether open connections are cut when it begins and when it ends. */
	cutsFirst: boolean;
	cutsLast: boolean;
	/** Time without a fault afterwards. */
	pauseMs: number;
}

const conditions: Record<string, Condition> = {
	'no fault but a cut': healthy,
	'connections refused': { ...healthy, accept: 'refuse' },
	'503 for every request': { ...healthy, accept: 'unavailable' },
	'both directions stalled': { ...healthy, toServer: 'hold', toClient: 'hold' },
	'answers stalled': { ...healthy, toClient: 'hold' },
	'answers lost (half-open)': { ...healthy, toClient: 'lose' },
	'requests lost (half-open)': { ...healthy, toServer: 'lose' },
	'WebSocket late': { ...healthy, delayMs: { http: 0, socket: 1_500 } },
	'HTTP late': { ...healthy, delayMs: { http: 1_500, socket: 0 } },
};

/** Random faults; those that refuse new connections cut the open ones first. */
export function drawSchedule(random: Random, faults: number): Fault[] {
	return Array.from({ length: faults }, () => {
		const name = random.pick(Object.keys(conditions));
		const condition = conditions[name]!;
		return {
			...{ name, condition },
			lastsMs: random.integer(300, 4_000),
			cutsFirst: condition === healthy || condition.accept !== 'all' || random.chance(0.2),
			cutsLast: random.chance(0.3),
			pauseMs: random.integer(100, 1_500),
		};
	});
}

/** Plays the faults one after another. The network is healthy when it resolves. */
export async function playSchedule(proxy: FaultProxy, schedule: readonly Fault[]): Promise<void> {
	for (const { condition, cutsFirst, cutsLast, lastsMs, pauseMs } of schedule) {
		proxy.become(condition);
		if (cutsFirst) proxy.cut();
		await sleep(lastsMs);
		if (cutsLast) proxy.cut();
		proxy.become(healthy);
		await sleep(pauseMs);
	}
}

export function describeSchedule(schedule: readonly Fault[]): string {
	return schedule.map(({ name, lastsMs }) => `${name} ${lastsMs} ms`).join(', ');
}
