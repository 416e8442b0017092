import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import type { Random } from '../../../../attack/core/random';
import { rpcAs, type Database, type Row } from '../../../../local-stack/testing/acting-as';
import {
	addAgent,
	createUser,
	openChat,
	type Person,
} from '../../../../local-stack/testing/people';

export interface CrossingOptions {
	/** Connections as the owner of the project; at least as many as workers. */
	sql: Database;
	/** The same seed gives the same calls; in which order they meet is up to the machine. */
	random: Random;
	/** How many calls each worker makes. */
	calls: number;
	workers: number;
	/** One in so many calls deletes a user, several users, or removes an agent; 0 never. */
	deletesOneIn: number;
	/** Deletes one user as Auth does; by default in SQL. */
	deleteUser?: (id: string) => Promise<void>;
}

export interface CrossingResult {
	calls: number;
	/** Deadlocks that callers saw, which are those of this run. */
	deadlocks: number;
	/** Errors that are no coded refusal: the SQLSTATE and the words. */
	errors: string[];
}

/** The users and agents who call; deleted ones are replaced. */
class Crowd {
	readonly customers: Person[] = [];
	readonly agents: Person[] = [];
	readonly #sql: Database;
	readonly #run = randomUUID();

	constructor(sql: Database) {
		this.#sql = sql;
	}

	async add(kind: 'customers' | 'agents'): Promise<void> {
		const person = await createUser(this.#sql, `crossing-${this.#run}`);
		if (kind === 'customers') await openChat(this.#sql, person);
		else await addAgent(this.#sql, person, 'admin', 'Crossing', { last_seen_at: new Date() });
		this[kind].push(person);
	}

	async leave(): Promise<void> {
		await this.#sql`delete from auth.users where email like ${`crossing-${this.#run}-%`}`;
	}
}

type Pick = <T>(list: T[]) => T;
type Step = (crowd: Crowd, pick: Pick, options: CrossingOptions) => Promise<unknown>;

async function chatOf(
	sql: Database,
	customer: Person,
): Promise<{ id: string; conversation: string | null }> {
	const [chat] = await sql<{ id: string; conversation: string | null }[]>`
		select id, conversation_id as conversation from public.support_chats where user_id = ${customer.id}`;
	return chat ?? { id: randomUUID(), conversation: null };
}

const onChat =
	(as: 'customer' | 'agent', name: string, args: (chat: string) => Row): Step =>
	async (crowd, pick, { sql }) => {
		const customer = pick(crowd.customers);
		const { id } = await chatOf(sql, customer);
		await rpcAs(sql, as === 'customer' ? customer : pick(crowd.agents), name, args(id));
	};

const onConversation =
	(
		as: 'customer' | 'agent',
		name: string,
		more: (crowd: Crowd, pick: Pick) => Row = () => ({}),
	): Step =>
	async (crowd, pick, { sql }) => {
		const customer = pick(crowd.customers);
		const { conversation } = await chatOf(sql, customer);
		const caller = as === 'customer' ? customer : pick(crowd.agents);
		await rpcAs(sql, caller, name, {
			p_conversation_id: conversation ?? randomUUID(),
			...more(crowd, pick),
		});
	};

const message = (chat: string): Row => ({
	p_id: randomUUID(),
	p_chat_id: chat,
	p_content: 'crossing',
});
const byAnyone =
	(as: 'customers' | 'agents', name: string, args: Row = {}): Step =>
	(crowd, pick, { sql }) =>
		rpcAs(sql, pick(crowd[as]), name, args);

const STEPS: Step[] = [
	onChat('customer', 'send_support_message', message),
	onChat('customer', 'send_support_message', message),
	onChat('agent', 'send_support_message', message),
	onChat('agent', 'send_support_message', message),
	onChat('customer', 'begin_support_upload', (chat) => ({
		...{
			p_id: randomUUID(),
			p_chat_id: chat,
			p_name: 'a.png',
			p_mime_type: 'image/png',
			p_size_bytes: 9,
		},
	})),
	onChat('agent', 'mark_support_chat_viewed', (chat) => ({ p_chat_id: chat })),
	onChat('agent', 'archive_support_chat', (chat) => ({ p_chat_id: chat })),
	onConversation('agent', 'take_support_conversation'),
	onConversation('agent', 'take_support_conversation'),
	onConversation('agent', 'release_support_conversation'),
	onConversation('agent', 'escalate_support_conversation'),
	onConversation('agent', 'transfer_support_conversation', (crowd, pick) => ({
		p_agent_id: pick(crowd.agents).id,
	})),
	onConversation('agent', 'end_support_conversation'),
	onConversation('customer', 'end_support_conversation'),
	onConversation('customer', 'rate_support_conversation', () => ({ p_rating: 5 })),
	onConversation('customer', 'delete_support_conversation'),
	byAnyone('customers', 'start_support_conversation'),
	byAnyone('customers', 'mark_support_chat_read', { p_up_to_seq: 99 }),
	byAnyone('customers', 'get_or_create_support_chat'),
	byAnyone('agents', 'support_heartbeat'),
	byAnyone('agents', 'set_support_availability', { p_available: true }),
	(_crowd, _pick, { sql }) => sql`select support_private.work_conversations()`,
	(_crowd, _pick, { sql }) => sql`select public.support_claim_emails(${randomUUID()}, 20)`,
	(_crowd, _pick, { sql }) =>
		sql`select public.support_claim_webhook_deliveries(${randomUUID()}, 20)`,
];

/** Replaces a person of the crowd, who is deleted or removed in one of the ways that teams and hosts use. */
async function remove(
	crowd: Crowd,
	pick: Pick,
	random: Random,
	options: CrossingOptions,
): Promise<unknown> {
	const { sql } = options;
	const deleteUser =
		options.deleteUser ??
		((id: string) => sql`delete from auth.users where id = ${id}`.then(() => undefined));
	const kind = random.chance(0.5) ? 'customers' : 'agents';
	const gone = pick(crowd[kind]);
	const way = random.integer(0, 2);
	await crowd.add(kind);
	crowd[kind].splice(crowd[kind].indexOf(gone), 1);
	if (way === 0) return deleteUser(gone.id);
	if (kind === 'agents' && way === 1)
		return rpcAs(sql, pick(crowd.agents), 'remove_support_agent', { p_user_id: gone.id });
	// Several at once, customers and agents, in one statement.
	const more = [gone, crowd.customers[0]!, crowd.agents[0]!];
	for (const [list, person] of [
		['customers', more[1]],
		['agents', more[2]],
	] as const) {
		await crowd.add(list);
		crowd[list].splice(crowd[list].indexOf(person!), 1);
	}
	return sql`delete from auth.users where id = any (${more.map(({ id }) => id)}::uuid[])`;
}

/** Turns on whatever makes one call touch more rows, and lifts the limits that would refuse most calls. */
export async function prepareCrossing(sql: Database): Promise<void> {
	await sql`
		update public.support_settings
		set auto_assign = true, max_active_conversations = 3, delete_history = 'erase', failover_minutes = 1, email_delay = '0',
			messages_per_minute = 1000, notify_new_conversation = true, notification_emails = '{team@example.com}',
			welcome_message = '{"en": "Hello"}', end_message = '{"en": "Bye"}'`;
	await sql`update support_private.limits set amount = 1000000`;
	await sql`
		insert into public.support_webhooks (url, events, secret_id)
		values ('https://hooks.example.com/', support_private.webhook_events(), vault.create_secret('whsec_Y3Jvc3M=', 'cross'))`;
}

/**
 * Lets customers, agents, jobs and workers call at once while users and agents are deleted and removed. The settings are
 * those of the database: see `prepareCrossing`.
 */
export async function crossingCalls(options: CrossingOptions): Promise<CrossingResult> {
	const { random } = options;
	const pick: Pick = (list) => random.pick(list);
	const crowd = new Crowd(options.sql);
	const result: CrossingResult = { calls: 0, deadlocks: 0, errors: [] };
	for (let n = 0; n < 8; n++) await crowd.add('customers');
	for (let n = 0; n < 6; n++) await crowd.add('agents');
	const work = async (): Promise<void> => {
		for (let n = 0; n < options.calls; n++) {
			const deletes = options.deletesOneIn > 0 && random.chance(1 / options.deletesOneIn);
			result.calls++;
			await (
				deletes ? remove(crowd, pick, random, options) : pick(STEPS)(crowd, pick, options)
			).catch((error: unknown) => note(result, error));
		}
	};
	await Promise.all(Array.from({ length: options.workers }, work));
	await crowd.leave();
	return result;
}

/** A refusal with a code, and whoever is gone by now, is no error of a crossing. */
function note(result: CrossingResult, error: unknown): void {
	if (!(error instanceof postgres.PostgresError)) throw error;
	if (error.code === '40P01') result.deadlocks++;
	else if (!error.code.startsWith('PT4')) result.errors.push(`${error.code} ${error.message}`);
}
