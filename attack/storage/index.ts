import { judge, shorten } from '../core/judge';
import type { Attack, AttackPart } from '../core/part';
import { send } from '../core/target';
import { outsiders, type Caller, type CallerName } from '../people/callers';
import { asEachCaller } from '../people/each-caller';
import type { Stage } from '../people/stage';
import { changesBy, readTables } from '../people/untouched';
import { sendFile } from './file-of';
import { storageRequest } from './requests';

/** Requests per caller in one round. */
const REQUESTS = 30;
/** All callers who may not read the customer's file; agents may read it, and may not change it either. */
const CALLERS: readonly CallerName[] = [...outsiders, 'customer', 'agent', 'admin'];

/** Files in Storage: read, signed, listed, overwritten, moved, deleted by callers without the right. */
export const storagePart: AttackPart = {
	name: 'storage',
	what: 'callers × addresses, spellings and verbs of Storage',
	rounds: 1,
	async round(attack) {
		const stack = await attack.stack();
		await asEachCaller(attack, CALLERS, async (caller, stage) => {
			const sent = await sendFile(stack, stage.customer);
			await attackFile(attack, stage, caller, sent);
		});
	},
};

async function attackFile(
	{ random, report, share, stack }: Attack,
	stage: Stage,
	caller: Caller,
	sent: string,
): Promise<void> {
	const { apiUrl, sql } = await stack();
	const before = await readTables(sql);
	for (let n = 0; n < REQUESTS * share; n++) {
		const { path, method, headers, body } = storageRequest(sent, stage, random);
		const answer = await send(`${apiUrl}/storage/v1/${path}`, {
			method,
			headers: { ...caller.headers, ...headers },
			body,
		});
		const question = `${method} ${shorten(path)} ${typeof body === 'string' ? shorten(body) : ''}`;
		// For several addresses at once, Storage answers 200 and lists for each whether it exists.
		const rights = caller.rights === 'nothing' ? 'own' : caller.rights;
		const problems = judge({ ...caller, rights }, question, answer);
		report.note(`${caller.name}: ${question}`, answer.status === 501 ? [] : problems);
	}
	// Uploads need a ticket, and these callers had none.
	const after = await readTables(sql);
	report.note(
		`${caller.name} changes files`,
		changesBy({ ...caller, rights: 'nothing' }, before, after),
	);
}
