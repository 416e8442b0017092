import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { startTestStack, type LocalStack } from '../../local-stack/testing/stack';
import type { Attack, AttackPart } from '../core/part';
import type { Random } from '../core/random';
import { send } from '../core/target';
import { makeCaller } from '../people/callers';
import { prepareStage, type Actor, type Stage } from '../people/stage';

const MESSAGES_PER_SENDER = 160;
const CRASHES = 6;
/** How long a sender goes on trying with one message. */
const PATIENCE_MS = 120_000;
/** A request may get no answer when its connection is cut at the wrong moment: it is made again. */
const ANSWER_MS = 5_000;

/** A process of Postgres is killed while messages are sent. Postgres then ends all others and recovers. */
export const crashPart: AttackPart = {
	name: 'crash',
	what: 'messages that are sent while processes of Postgres are killed',
	rounds: 1,
	async round(attack) {
		// A stack of its own, because the others' connections would be cut, too.
		const stack = await startTestStack();
		process.on('uncaughtException', surviveClient);
		try {
			const stage = await prepareStage(stack.sql, stack);
			await stack.sql`update public.support_settings set messages_per_minute = 1000`;
			await sendWhileCrashing(attack, stack, stage);
		} finally {
			await stack.stop();
			process.off('uncaughtException', surviveClient);
		}
	},
};

/**
 * The stack's database client writes once more to a connection that was just cut; that error belongs to no
 * call.
 */
function surviveClient(error: Error): void {
	if (!error.stack?.includes('postgres/src/connection.js')) throw error;
}

async function sendWhileCrashing(attack: Attack, stack: LocalStack, stage: Stage): Promise<void> {
	const senders = [stage.customer, stage.otherCustomer, stage.visitor];
	const before = await Promise.all(senders.map((person) => stored(stack.sql, person)));
	const running = { done: false };
	const crashing = crash(stack.sql, attack.random, running);
	const sent = await Promise.all(senders.map((person) => sendMany(attack, stack, stage, person)));
	running.done = true;
	const crashes = await crashing;
	attack.report.note(
		`${crashes} processes of Postgres are killed meanwhile`,
		crashes < CRASHES / 2 ? ['too few to show anything'] : [],
	);
	for (const [index, person] of senders.entries()) {
		const rows = await stored(stack.sql, person);
		const problems = judge(rows, sent[index] ?? [], before[index]?.length ?? 0);
		for (const id of sent[index] ?? []) attack.report.note(`message ${id}`, problems.get(id) ?? []);
		attack.report.note(`the messages of ${person.word} are in order`, problems.get('order') ?? []);
	}
}

/** Sends messages one after another, each until it is acknowledged, as an outbox does. */
async function sendMany(
	{ random, report }: Attack,
	stack: LocalStack,
	stage: Stage,
	person: Actor,
): Promise<string[]> {
	const name =
		person === stage.visitor
			? 'anonymous user'
			: person === stage.customer
				? 'customer'
				: 'other customer';
	const { headers } = makeCaller(name, stage, stack);
	const acknowledged: string[] = [];
	for (let n = 0; n < MESSAGES_PER_SENDER; n++) {
		const id = randomUUID();
		const body = JSON.stringify({ p_id: id, p_chat_id: person.chatId, p_content: `message ${n}` });
		const deadline = Date.now() + PATIENCE_MS;
		for (;;) {
			const url = `${stack.apiUrl}/rest/v1/rpc/send_support_message`;
			const { status, text } = await send(url, {
				...{ method: 'POST', headers, body },
				patienceMs: ANSWER_MS,
			});
			if (status === 200) break;
			if (Date.now() > deadline || (status > 0 && status < 500)) {
				report.note(`message ${n} of ${person.word}`, [`is never acknowledged: ${status} ${text}`]);
				return acknowledged;
			}
			await sleep(20 + random.integer(0, 80));
		}
		acknowledged.push(id);
	}
	return acknowledged;
}

/** Kills a process that serves a connection, again each time the database is back. */
async function crash(
	sql: postgres.Sql,
	random: Random,
	running: { done: boolean },
): Promise<number> {
	let crashes = 0;
	while (!running.done && crashes < CRASHES) {
		await sleep(random.integer(200, 900));
		try {
			const rows = await sql<{ pid: number }[]>`
				select pid from pg_catalog.pg_stat_activity
				where backend_type = 'client backend' and pid <> pg_backend_pid() and state is not null
				order by (query ilike '%send_support_message%') desc, state = 'active' desc limit 1`;
			if (rows[0] === undefined) continue;
			process.kill(rows[0].pid, 'SIGKILL');
			crashes += 1;
		} catch {
			continue; // It is still recovering from the last kill.
		}
	}
	return crashes;
}

interface StoredMessage {
	id: string;
	seq: number;
}

async function stored(sql: postgres.Sql, { chatId }: Actor): Promise<StoredMessage[]> {
	const id = chatId ?? '';
	return sql<StoredMessage[]>`
		select id, seq::int from public.support_messages where chat_id = ${id} order by seq`;
}

/**
 * Problems by message: each acknowledged one must be stored once; and by `order`: no gaps in the numbers, no
 * unknown messages.
 */
function judge(rows: StoredMessage[], sent: string[], before: number): Map<string, string[]> {
	const problems = new Map<string, string[]>();
	for (const id of sent) {
		const times = rows.filter((row) => row.id === id).length;
		if (times !== 1) problems.set(id, [`is stored ${times} times`]);
	}
	const added = rows.slice(before).map(({ id }) => id);
	const inOrder = added.length === sent.length && added.every((id, index) => id === sent[index]);
	const gapless = rows.every(({ seq }, index) => seq === index + 1);
	if (!inOrder || !gapless)
		problems.set('order', [
			`${sent.length} were acknowledged, ${added.length} are stored${gapless ? '' : ', with a gap'}`,
		]);
	return problems;
}
