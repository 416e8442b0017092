import type { Attack } from '../core/part';
import { makeCaller, type Caller, type CallerName } from './callers';
import { prepareStage, type Stage } from './stage';

/** Attacks once as each of these callers, on a new stage each time. */
export async function asEachCaller(
	attack: Attack,
	names: readonly CallerName[],
	work: (caller: Caller, stage: Stage) => Promise<void>,
): Promise<void> {
	const stack = await attack.stack();
	for (const name of names) {
		const stage = await prepareStage(stack.sql, stack);
		await work(makeCaller(name, stage, stack), stage);
	}
}
