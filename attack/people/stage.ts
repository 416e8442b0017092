import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { signToken } from '../../local-stack/stack/project-keys';
import { send, type Target } from '../core/target';

/** A person with an account, and a word that all their rows contain. */
export interface Person {
	id: string;
	email: string;
	token: string;
	word: string;
	chatId: string | undefined;
}

/** The people of one attack: fresh ones, so that attacks do not affect each other. */
export interface Stage {
	customer: Person;
	otherCustomer: Person;
	visitor: Person;
	agent: Person;
	colleague: Person;
	admin: Person;
	formerAgent: Person;
	bannedAgent: Person;
	/** Ids of rows by what they are: chats, conversations, messages, files, webhooks, people. */
	ids: Record<string, string[]>;
	/** Secrets that no caller may see: of webhooks and workers, and tokens in emails. */
	secrets: string[];
}

/** Makes people, chats, conversations, a file, a rating, a webhook, and an email that is due. */
export async function prepareStage(sql: postgres.Sql, target: Target): Promise<Stage> {
	await clearStage(sql);
	const make = (name: string, columns?: object): Promise<Person> =>
		makePerson(sql, target, name, columns);
	const people = {
		customer: await make('customer'),
		otherCustomer: await make('other'),
		visitor: await make('visitor', { is_anonymous: true }),
		agent: await make('agent'),
		colleague: await make('colleague'),
		admin: await make('admin'),
		formerAgent: await make('former'),
		bannedAgent: await make('banned'),
	};
	for (const [name, role] of [
		['agent', 'agent'],
		['colleague', 'agent'],
		['admin', 'admin'],
		['formerAgent', 'admin'],
		['bannedAgent', 'admin'],
	] as const)
		await sql`select public.support_add_agent(${people[name].email}, ${role}, 'Mika')`;
	await sql`delete from public.support_agents where user_id = ${people.formerAgent.id}`;
	await sql`update auth.users set banned_until = now() + interval '1 year' where id = ${people.bannedAgent.id}`;

	for (const person of [people.customer, people.otherCustomer, people.visitor])
		await fillChat(target, person, people.agent);
	const webhook = await call(target, people.admin, 'create_support_webhook', {
		p_url: `https://hooks.example.com/${randomUUID()}`,
		p_events: ['message.created'],
	});
	return {
		...people,
		ids: await idsOf(sql, people),
		secrets: [String(webhook['secret']), ...(await secretsOf(sql))],
	};
}

/** Removes people of earlier rounds: limits count them, and they slow down the comparison of all rows. */
async function clearStage(sql: postgres.Sql): Promise<void> {
	await sql`delete from public.support_webhooks`;
	await sql`delete from public.support_notifications`;
	await sql`delete from auth.users where email like 'zz%'`;
	await sql`delete from realtime.messages`;
}

async function makePerson(
	sql: postgres.Sql,
	{ jwtSecret }: Target,
	name: string,
	columns: object = {},
): Promise<Person> {
	const id = randomUUID();
	const word = `zz${name}${id.slice(0, 8)}`;
	const email = `${word}@example.com`;
	await sql`
		insert into auth.users ${sql({ id, email, email_confirmed_at: new Date(), raw_user_meta_data: sql.json({ full_name: word }), ...columns })}`;
	const now = Math.floor(Date.now() / 1000);
	const claims = { sub: id, email, role: 'authenticated', aud: 'authenticated', iat: now };
	const token = signToken(
		{ ...claims, exp: now + 3600, is_anonymous: 'is_anonymous' in columns },
		jwtSecret,
	);
	return { id, email, word, token, chatId: undefined };
}

/** A chat with a rated conversation, an open one, a reply and a file that waits for its bytes. */
async function fillChat(target: Target, person: Person, agent: Person): Promise<void> {
	const chat = await call(target, person, 'get_or_create_support_chat');
	person.chatId = String(chat['id']);
	const write = (author: Person, text: string): Promise<Row> =>
		call(target, author, 'send_support_message', {
			p_id: randomUUID(),
			p_chat_id: person.chatId,
			p_content: text,
		});
	const first = await write(person, `first words of ${person.word}`);
	const conversation = { p_conversation_id: first['conversation_id'] };
	await call(target, agent, 'take_support_conversation', conversation);
	await call(target, agent, 'end_support_conversation', conversation);
	await call(target, person, 'rate_support_conversation', {
		...conversation,
		p_rating: 4,
		p_feedback: `feedback of ${person.word}`,
	});
	await write(person, `second words of ${person.word}`);
	await write(agent, `an answer to ${person.word}`);
	await call(target, person, 'begin_support_upload', {
		p_id: randomUUID(),
		p_chat_id: person.chatId,
		p_name: `${person.word}.png`,
		p_mime_type: 'image/png',
		p_size_bytes: 100,
	});
}

type Row = Record<string, unknown>;

/** Calls a function for the stage; it must succeed. */
async function call(target: Target, person: Person, name: string, args: object = {}): Promise<Row> {
	const answer = await send(`${target.apiUrl}/rest/v1/rpc/${name}`, {
		method: 'POST',
		headers: {
			apikey: target.publishableKey,
			authorization: `Bearer ${person.token}`,
			'content-type': 'application/json',
		},
		body: JSON.stringify(args),
	});
	if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${answer.text}`);
	const body: unknown = JSON.parse(answer.text);
	return (Array.isArray(body) ? body[0] : body) as Row;
}

async function idsOf(
	sql: postgres.Sql,
	people: Record<string, Person>,
): Promise<Record<string, string[]>> {
	const chats = Object.values(people).flatMap(({ chatId }) => chatId ?? []);
	const ids = async (rows: postgres.PendingQuery<{ id: string }[]>): Promise<string[]> =>
		(await rows).map(({ id }) => id);
	return {
		people: Object.values(people).map(({ id }) => id),
		chats,
		messages: await ids(sql`select id from public.support_messages where chat_id = any(${chats})`),
		conversations: await ids(
			sql`select id from public.support_conversations where chat_id = any(${chats})`,
		),
		files: await ids(sql`select id from public.support_attachments where chat_id = any(${chats})`),
		notifications: await ids(
			sql`select id from public.support_notifications where chat_id = any(${chats})`,
		),
		webhooks: await ids(
			sql`select id from public.support_webhooks order by created_at desc limit 3`,
		),
		deliveries: await ids(
			sql`select id from public.support_webhook_deliveries order by created_at desc limit 3`,
		),
	};
}

async function secretsOf(sql: postgres.Sql): Promise<string[]> {
	const rows = await sql<{ secret: string }[]>`
		select decrypted_secret as secret from vault.decrypted_secrets where name not like '%url'
		union all select token from public.support_email_preferences`;
	return rows.map(({ secret }) => secret);
}
