import { randomUUID } from 'node:crypto';
import * as people from '../../../local-stack/testing/people';
import { one, sql, type Caller, type Person, type Row } from './database';

export { personFor, type Person } from '../../../local-stack/testing/acting-as';

/** A signed-up user with a confirmed address of their own. */
export const createCustomer = (metadata: Record<string, string> = {}): Promise<Person> =>
	people.createUser(sql, 'customer', { raw_user_meta_data: sql.json(metadata) });

/** A user who is on the team. */
export const createAgent = async (
	role?: 'agent' | 'admin',
	displayName?: string,
): Promise<Person> => people.addAgent(sql, await createCustomer(), role, displayName);

/** A former agent, whose token is still valid. */
export async function createRemovedAgent(): Promise<Person> {
	const person = await createAgent('admin', 'Gone');
	await sql`delete from public.support_agents where user_id = ${person.id}`;
	return person;
}

/** The person's chat, made on the first call. */
export const openChat = (person: Person): Promise<string> => people.openChat(sql, person);

/** Sends a text to a chat and returns the stored row. */
export const send = (
	caller: Caller,
	chatId: string,
	content: string,
	id: string = randomUUID(),
): Promise<Row> => people.sendMessage(sql, caller, chatId, content, id);

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
