import type { Attack, AttackPart } from '../core/part';
import { judge, shorten } from '../core/judge';
import { send } from '../core/target';
import { callerNames, type Caller } from '../people/callers';
import { asEachCaller } from '../people/each-caller';
import type { Stage } from '../people/stage';
import { changesBy, readTables } from '../people/untouched';
import { hostileBody } from './arguments';
import { exposedFunctions, type ExposedFunction } from './catalogue';

/** Bodies per function and caller in one round; a function without arguments has only one. */
const BODIES = 2;

/** Every exposed function, called by every kind of caller, with hostile arguments. */
export const functionsPart: AttackPart = {
	name: 'functions',
	what: 'callers × functions of the API × hostile arguments',
	rounds: 3,
	async round(attack) {
		const stack = await attack.stack();
		const functions = await exposedFunctions(stack.sql);
		await asEachCaller(attack, callerNames, async (caller, stage) => {
			for (const each of attack.random.sample(functions, functions.length * attack.share))
				await attackFunction(attack, stage, caller, each);
		});
	},
};

async function attackFunction(
	attack: Attack,
	stage: Stage,
	caller: Caller,
	target: ExposedFunction,
): Promise<void> {
	const { apiUrl, sql } = await attack.stack();
	const before = await readTables(sql);
	for (let n = 0; n < (target.args.length === 0 ? 1 : BODIES); n++) {
		const { body } = hostileBody(target, stage, attack.random);
		const answer = await send(`${apiUrl}/rest/v1/rpc/${target.name}`, {
			method: 'POST',
			headers: caller.headers,
			body,
		});
		attack.report.note(
			`${caller.name} calls ${target.name} with ${shorten(body)}`,
			judge(caller, body, answer),
		);
	}
	attack.report.note(
		`${caller.name} changes rows by ${target.name}`,
		changesBy(caller, before, await readTables(sql)),
	);
}
