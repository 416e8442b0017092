import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { one, rpcAs, type Database } from '../../local-stack/testing/acting-as';
import {
	addAgent,
	createUser,
	openChat,
	sendMessage,
	tokenOf,
	type Person,
} from '../../local-stack/testing/people';
import type { Target } from '../core/target';

/** A person whose rows all contain a word. */
export interface Actor extends Person {
	accessToken: string;
	word: string;
	chatId: string | undefined;
}

/** The people of one attack: fresh ones, so that attacks do not affect each other. */
export interface Stage {
	customer: Actor;
	otherCustomer: Actor;
	visitor: Actor;
	agent: Actor;
	colleague: Actor;
	admin: Actor;
	formerAgent: Actor;
	bannedAgent: Actor;
	/** Ids of rows by what they are: chats, conversations, messages, files, webhooks, people. */
	ids: Record<string, string[]>;
	/** Secrets that no caller may see: of webhooks and workers, and tokens in emails. */
	secrets: string[];
}

/** Makes people, chats, conversations, a file, a rating, a webhook, and an email that is due. */
export async function prepareStage(sql: Database, { jwtSecret }: Target): Promise<Stage> {
	await clearStage(sql);
	const make = (name: string, isAnonymous = false): Promise<Actor> =>
		makeActor(sql, jwtSecret, name, isAnonymous);
	const people = {
		customer: await make('customer'),
		otherCustomer: await make('other'),
		visitor: await make('visitor', true),
		agent: await addAgent(sql, await make('agent')),
		colleague: await addAgent(sql, await make('colleague')),
		admin: await addAgent(sql, await make('admin'), 'admin'),
		formerAgent: await addAgent(sql, await make('former'), 'admin'),
		bannedAgent: await addAgent(sql, await make('banned'), 'admin'),
	};
	await sql`delete from public.support_agents where user_id = ${people.formerAgent.id}`;
	await sql`update auth.users set banned_until = now() + interval '1 year' where id = ${people.bannedAgent.id}`;

	for (const person of [people.customer, people.otherCustomer, people.visitor])
		await fillChat(sql, person, people.agent);
	const webhook = await one(
		rpcAs(sql, people.admin, 'create_support_webhook', {
			p_url: `https://hooks.example.com/${randomUUID()}`,
			p_events: ['message.created'],
		}),
	);
	return {
		...people,
		ids: await idsOf(sql, people),
		secrets: [String(webhook['secret']), ...(await secretsOf(sql))],
	};
}

/** Removes people of earlier rounds: limits count them, and they slow down the comparison of all rows. */
async function clearStage(sql: Database): Promise<void> {
	await sql`delete from public.support_webhooks`;
	await sql`delete from public.support_notifications`;
	await sql`delete from auth.users where email like 'zz%'`;
	await sql`delete from realtime.messages`;
}

async function makeActor(
	sql: Database,
	jwtSecret: string,
	name: string,
	isAnonymous: boolean,
): Promise<Actor> {
	const word = `zz${name}${randomUUID().slice(0, 8)}`;
	const person = await createUser(sql, name, {
		...{ email: `${word}@example.com`, raw_user_meta_data: sql.json({ full_name: word }) },
		is_anonymous: isAnonymous,
	});
	const caller = { ...person, claims: { ...person.claims, is_anonymous: isAnonymous } };
	return { ...caller, word, accessToken: tokenOf(caller, jwtSecret), chatId: undefined };
}

/** A chat with a rated conversation, an open one, a reply and a file that waits for its bytes. */
async function fillChat(sql: Database, person: Actor, agent: Actor): Promise<void> {
	const chatId = await openChat(sql, person);
	person.chatId = chatId;
	const first = await sendMessage(sql, person, chatId, `first words of ${person.word}`);
	const conversation = { p_conversation_id: String(first['conversation_id']) };
	await rpcAs(sql, agent, 'take_support_conversation', conversation);
	await rpcAs(sql, agent, 'end_support_conversation', conversation);
	await rpcAs(sql, person, 'rate_support_conversation', {
		...conversation,
		p_rating: 4,
		p_feedback: `feedback of ${person.word}`,
	});
	await sendMessage(sql, person, chatId, `second words of ${person.word}`);
	await sendMessage(sql, agent, chatId, `an answer to ${person.word}`);
	await rpcAs(sql, person, 'begin_support_upload', {
		p_id: randomUUID(),
		p_chat_id: chatId,
		p_name: `${person.word}.png`,
		p_mime_type: 'image/png',
		p_size_bytes: 100,
	});
}

async function idsOf(
	sql: Database,
	people: Record<string, Actor>,
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

async function secretsOf(sql: Database): Promise<string[]> {
	const rows = await sql<{ secret: string }[]>`
		select decrypted_secret as secret from vault.decrypted_secrets where name not like '%url'
		union all select token from public.support_email_preferences`;
	return rows.map(({ secret }) => secret);
}
