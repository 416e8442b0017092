import {
	one,
	rpc,
	rpcIn,
	become,
	becomeOwner,
	sql,
	type Caller,
	type Row,
	type Transaction,
} from './database';
import { createAgent, createConversation, type Person } from './people';

/** A customer whose conversation waits: they wrote once. */
export interface Waiting {
	customer: Person;
	chatId: string;
	id: string;
}

/** A new customer with a chat and a conversation that waits. */
export async function waiting(content = 'Hello'): Promise<Waiting> {
	const { customer, chatId, message } = await createConversation(content);
	return { customer, chatId, id: String(message.conversation_id) };
}

/** One that an agent took. */
export async function active(agent?: Person): Promise<Waiting & { agent: Person }> {
	const taker = agent ?? (await createAgent());
	const conversation = await waiting();
	await take(taker, conversation.id);
	return { ...conversation, agent: taker };
}

/** One that its customer ended. */
export async function ended(agent?: Person): Promise<Waiting & { agent: Person }> {
	const conversation = await active(agent);
	await end(conversation.customer, conversation.id);
	return conversation;
}

const byId =
	(name: string) =>
	(caller: Caller, id: string): Promise<Row> =>
		one(rpc(caller, name, { p_conversation_id: id }));

export const take = byId('take_support_conversation');
export const release = byId('release_support_conversation');
export const end = byId('end_support_conversation');
export const escalate = byId('escalate_support_conversation');

export function transfer(caller: Caller, id: string, agentId: string): Promise<Row> {
	return one(
		rpc(caller, 'transfer_support_conversation', { p_conversation_id: id, p_agent_id: agentId }),
	);
}

export function start(caller: Caller, context: Row = {}): Promise<Row> {
	return one(rpc(caller, 'start_support_conversation', { p_context: context }));
}

export function rate(
	caller: Caller,
	id: string,
	rating: number | null,
	feedback: string | null = null,
): Promise<Row> {
	const args = { p_conversation_id: id, p_rating: rating, p_feedback: feedback };
	return one(rpc(caller, 'rate_support_conversation', args));
}

/** The conversation as it is stored. */
export async function stored(id: string): Promise<Row> {
	return one(
		sql<Row[]>`select * from public.support_conversations where id = ${id}`.then((rows) => [
			...rows,
		]),
	);
}

/** All of a chat's conversations as they are stored, oldest first. */
export async function conversationsOf(chatId: string): Promise<Row[]> {
	return [
		...(await sql<Row[]>`
			select * from public.support_conversations where chat_id = ${chatId} order by started_at, id`),
	];
}

/** Calls a function of the API as someone within a transaction, which is the owner's again afterwards. */
export async function callIn(
	tx: Transaction,
	caller: Caller,
	name: string,
	args: Row = {},
): Promise<Row[]> {
	await become(tx, caller);
	const rows = await rpcIn(tx, name, args);
	await becomeOwner(tx);
	return rows;
}

/** As `callIn`, for one row. */
export function oneIn(tx: Transaction, caller: Caller, name: string, args: Row = {}): Promise<Row> {
	return one(callIn(tx, caller, name, args));
}
