import { randomUUID } from 'node:crypto';
import { one, personFor, rpc, sql, type Caller, type Person, type Row } from './database';

export { personFor, type Person } from '../../../local-stack/testing/acting-as';

/** A signed-up user with a confirmed address of their own. */
export async function createCustomer(metadata: Record<string, string> = {}): Promise<Person> {
	const id = randomUUID();
	const email = `customer-${id}@example.com`;
	await sql`
		insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)
		values (${id}, ${email}, now(), ${sql.json(metadata)})`;
	return personFor(id, email);
}

/** A user who is on the team. */
export async function createAgent(
	role: 'agent' | 'admin' = 'agent',
	displayName = 'Mika',
): Promise<Person> {
	const person = await createCustomer();
	await sql`select public.support_add_agent(${person.email}, ${role}, ${displayName})`;
	return person;
}

/** Somebody who was on the team; their token still lives. */
export async function createRemovedAgent(): Promise<Person> {
	const person = await createAgent('admin', 'Gone');
	await sql`delete from public.support_agents where user_id = ${person.id}`;
	return person;
}

/** The person's chat, made on the first call. */
export async function openChat(person: Person): Promise<string> {
	const chat = await one(rpc(person, 'get_or_create_support_chat'));
	return String(chat.id);
}

/** Sends a text to a chat and returns the stored row. */
export function send(
	caller: Caller,
	chatId: string,
	content: string,
	id = randomUUID(),
): Promise<Row> {
	return one(
		rpc(caller, 'send_support_message', { p_id: id, p_chat_id: chatId, p_content: content }),
	);
}

/** A customer with a chat in which they wrote once. */
export async function createConversation(
	content = 'Hello',
): Promise<{ customer: Person; chatId: string; message: Row }> {
	const customer = await createCustomer();
	const chatId = await openChat(customer);
	return { customer, chatId, message: await send(customer, chatId, content) };
}

/** The chat's row as it is stored. */
export async function storedChat(chatId: string): Promise<Row> {
	return one(
		sql<Row[]>`select * from public.support_chats where id = ${chatId}`.then((rows) => [...rows]),
	);
}

/** The chat's messages as they are stored, in order. */
export async function storedMessages(chatId: string): Promise<Row[]> {
	return sql<Row[]>`select * from public.support_messages where chat_id = ${chatId} order by seq`;
}
