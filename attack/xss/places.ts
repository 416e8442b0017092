import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import type { Site } from '../../e2e/site/start-site';
import { signUp, signUpAgent, type Account } from '../../local-stack/testing/people';
import { rpc, mustCall } from '../../local-stack/testing/api-client';
import type { Payload } from './payloads';

/** A customer and an agent with a payload in every text and name. */
export interface Victim {
	customer: Account;
	chatId: string;
	/** Where the payload was put. */
	places: string[];
}

/**
 * Puts a payload into every stored text. Written as the database's owner, so that texts which a form rejects
 * today are shown, too.
 */
export async function plant(site: Site, sql: postgres.Sql, { text }: Payload): Promise<Victim> {
	const customer = await signUp(site);
	const call = (name: string, args?: object) => mustCall(site, customer, name, args);
	await call('get_or_create_support_chat');
	const [chat] = await sql<{ id: string }[]>`
		select id from public.support_chats where user_id = ${customer.id}`;
	const chatId = chat?.id ?? '';
	const context = {
		page: text,
		title: text,
		referrer: text,
		browser: text,
		os: text,
		locale: text,
	};
	await call('start_support_conversation', { p_context: context });
	await call('send_support_message', { p_id: randomUUID(), p_chat_id: chatId, p_content: text });
	const agent = await signUpAgent(site, sql, 'agent', text.slice(0, 80));
	const answer = { p_id: randomUUID(), p_chat_id: chatId, p_content: text };
	await rpc(site, agent.accessToken, 'send_support_message', answer);
	await sql`update auth.users set raw_user_meta_data = ${sql.json({ full_name: text, name: text })}
		where id = ${customer.id}`;
	await addFile(sql, chatId, customer.id, text);
	await plantForTeam(sql, text);
	return {
		...{ customer, chatId },
		places: [
			...[
				'message',
				'answer',
				'customer name',
				'page address',
				'page title',
				'referrer',
				'browser',
			],
			...['agent name', 'file name', 'feedback', 'preview in the inbox', 'app name', 'welcome'],
			...['end message', 'template subject', 'template body', 'rule name', 'rule value', 'fault'],
			...['webhook description', 'webhook error', 'email'],
		],
	};
}

/** A file of the first message (without bytes; its name is shown), and a rated conversation. */
async function addFile(
	sql: postgres.Sql,
	chatId: string,
	uploader: string,
	text: string,
): Promise<void> {
	const id = randomUUID();
	await sql`
		insert into public.support_attachments (id, chat_id, uploader_id, name, mime_type, size_bytes, status, message_id)
		select ${id}, ${chatId}, ${uploader}, ${text}, 'application/pdf', 100, 'ready', m.id
		from public.support_messages m where m.chat_id = ${chatId} order by m.seq limit 1`;
	await sql`
		update public.support_messages m
		set attachments = jsonb_build_array(jsonb_build_object(
			'id', a.id, 'path', a.path, 'name', a.name, 'mime_type', a.mime_type,
			'size_bytes', a.size_bytes, 'width', a.width, 'height', a.height))
		from public.support_attachments a where a.id = ${id} and m.id = a.message_id`;
	await sql`
		update public.support_conversations
		set status = 'ended', ended_at = now(), ended_by = 'user', rating = 1, feedback = ${text}
		where chat_id = ${chatId}`;
}

/** Settings, templates, rules, faults and webhooks, which the team's pages show. */
async function plantForTeam(sql: postgres.Sql, text: string): Promise<void> {
	const words = sql.json({ en: text });
	await sql`
		update public.support_settings
		set app_name = ${text.slice(0, 60)}, welcome_message = ${words}, end_message = ${words}`;
	await sql`
		insert into public.support_email_templates (kind, locale, subject, body)
		values ('user_reply', 'en', ${text.replaceAll('{{', '{')}, ${`${text.replaceAll('{{', '{')} {{messages}} {{chat_link}}`})
		on conflict (kind, locale) do update set subject = excluded.subject, body = excluded.body`;
	await sql`
		insert into public.support_assignment_rules (name, condition, attribute, attribute_value, tier)
		values (${text.slice(0, 80)}, 'attribute', 'plan', ${text}, 'senior')`;
	await sql`
		insert into public.support_faults (source, message) values (${text.slice(0, 100)}, ${text})
		on conflict do nothing`;
	await sql`
		insert into public.support_webhooks (url, description, events, secret_id, last_error)
		values ('https://hooks.example.com/', ${text}, '{message.created}', gen_random_uuid(), ${text})`;
}
