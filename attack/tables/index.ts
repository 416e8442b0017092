import { judge, shorten } from '../core/judge';
import type { Attack, AttackPart } from '../core/part';
import { send } from '../core/target';
import { callerNames, type Caller } from '../people/callers';
import { asEachCaller } from '../people/each-caller';
import type { Stage } from '../people/stage';
import { changesBy, readTables } from '../people/untouched';
import { exposedTables, type ExposedTable } from './catalogue';
import { tableRequest } from './requests';

/** Requests per table and caller in one round. */
const REQUESTS = 4;

/** Every exposed table, read and written over REST by every kind of caller. */
export const tablesPart: AttackPart = {
	name: 'tables',
	what: 'callers × tables × verbs, filters and embeddings over REST',
	rounds: 2,
	async round(attack) {
		const stack = await attack.stack();
		const tables = await exposedTables(stack.sql);
		await asEachCaller(attack, callerNames, async (caller, stage) => {
			for (const table of attack.random.sample(tables, tables.length * attack.share))
				await attackTable(attack, stage, caller, table);
		});
	},
};

async function attackTable(
	attack: Attack,
	stage: Stage,
	caller: Caller,
	table: ExposedTable,
): Promise<void> {
	const { apiUrl, sql } = await attack.stack();
	const before = await readTables(sql);
	for (let n = 0; n < REQUESTS; n++) {
		const { path, method, headers, body } = tableRequest(table, stage, attack.random);
		const answer = await send(`${apiUrl}/rest/v1/${path}`, {
			method,
			headers: { ...caller.headers, ...headers },
			body,
		});
		const words = `${caller.name}: ${method} ${shorten(path)} ${JSON.stringify(headers)} ${shorten(body?.toString() ?? '')}`;
		attack.report.note(words, judge(caller, `${path}${body?.toString() ?? ''}`, answer));
	}
	attack.report.note(
		`${caller.name} changes rows through ${table.name}`,
		changesBy(caller, before, await readTables(sql)),
	);
}
