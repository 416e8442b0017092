import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import WebSocket from 'ws';
import { z } from 'zod';
import type { Database } from '../../../local-stack/postgres/connect';
import { connectDatabase, type CallDatabase } from '../../functions/_shared/database.ts';
import type { Mail, SendAttempt } from '../../../local-stack/mail-outbox/types';
import type { Row } from '../../../local-stack/testing/acting-as';
import { addAgent, createUser } from '../../../local-stack/testing/people';
import { startTestStack, stopJobs, type LocalStack } from '../../../local-stack/testing/stack';

export type { Row };

// supabase-js looks for it, as Deno has it and Node 20 has not; nothing here uses it.
Object.assign(globalThis, { WebSocket: globalThis.WebSocket ?? WebSocket });

/**
 * An isolated stack, so that the emails of one test file are separate. Its cron is off: tests start runs by
 * hand.
 */
export interface EmailProject {
	stack: LocalStack;
	sql: Database;
	/** The functions that the mail worker calls, with the secret key, over the API. */
	call: CallDatabase;
}

export const SETTINGS = {
	app_name: 'Acme',
	email_from: 'support@acme.test',
	chat_url: 'https://acme.test/help',
	unsubscribe_url: 'https://desk.acme.test/unsubscribe',
	email_enabled: true,
	email_delay: '5 minutes',
	email_max_delay: '15 minutes',
	email_daily_cap: 20,
	email_problem: null,
	dashboard_url: 'https://desk.acme.test',
	notify_new_conversation: false,
	notify_after_minutes: 5,
	notification_emails: [] as string[],
	notification_locale: 'en',
};

/** Starts the stack before the file's tests and stops it after them; resets settings and outbox before each. */
export function useEmailProject(): EmailProject {
	const project: Partial<EmailProject> = {};
	beforeAll(async () => {
		const stack = await startTestStack();
		project.stack = stack;
		project.sql = stack.sql;
		project.call = connectDatabase({ supabaseUrl: stack.apiUrl, secretKey: stack.secretKey });
		await stopJobs(stack.sql, 'support-send-emails');
		const agent = { id: AGENT, email: 'agent@example.com' };
		await addAgent(stack.sql, await createUser(stack.sql, 'agent', agent));
	});
	beforeEach(async () => {
		const { sql, stack } = project as EmailProject;
		await sql`delete from public.support_notifications`;
		await sql`delete from public.support_email_templates`;
		await sql`update public.support_settings set ${sql(SETTINGS)}`;
		await fetch(`${stack.outboxUrl}/api/mails`, { method: 'DELETE' });
	});
	afterAll(() => project.stack?.stop());
	return project as EmailProject;
}

const AGENT = '00000000-0000-4000-8000-00000000a9e0';

/** A customer with a confirmed address and a chat. */
export async function makeChat(
	{ sql }: EmailProject,
	confirmed = true,
): Promise<{ userId: string; chatId: string; email: string }> {
	const { id: userId, email } = await createUser(sql, 'ada', {
		email_confirmed_at: confirmed ? new Date() : null,
	});
	const [chat] = await sql<
		Row[]
	>`insert into public.support_chats (user_id) values (${userId}) returning id`;
	return { userId, chatId: chat!.id, email };
}

/** An agent replies; returns the message. */
export async function answer(
	{ sql }: EmailProject,
	chatId: string,
	content = 'It works again.',
): Promise<Row> {
	return say(sql, chatId, content, 'admin');
}

export async function say(
	sql: EmailProject['sql'],
	chatId: string,
	content: string,
	sender: 'user' | 'admin' | 'system',
): Promise<Row> {
	const [message] = await sql<Row[]>`
		insert into public.support_messages (id, chat_id, content, sender_type, sender_id, sender_name)
		values (
			${randomUUID()}, ${chatId}, ${content}, ${sender}, ${sender === 'admin' ? AGENT : null},
			${sender === 'admin' ? 'Mika' : null}
		)
		returning *`;
	return message!;
}

/** Time passes for the waiting mails and their answers, not for the clock. */
export async function wait({ sql }: EmailProject, time: string): Promise<void> {
	await sql.begin(async (tx) => {
		await tx`alter table public.support_messages disable trigger user`;
		await tx`update public.support_messages set created_at = created_at - ${time}::interval, read_at = read_at - ${time}::interval`;
		await tx`alter table public.support_messages enable trigger user`;
		await tx`
			update public.support_notifications
			set due_at = due_at - ${time}::interval, sent_at = sent_at - ${time}::interval,
				lease_expires_at = lease_expires_at - ${time}::interval,
				attempt_started_at = attempt_started_at - ${time}::interval,
				uncertain_since = uncertain_since - ${time}::interval`;
	});
}

/** The customer reads what is there. */
export async function read({ sql }: EmailProject, chatId: string): Promise<void> {
	await sql`update public.support_messages set read_at = now() where chat_id = ${chatId} and read_at is null`;
}

export async function notifications({ sql }: EmailProject, chatId: string): Promise<Row[]> {
	return sql<
		Row[]
	>`select * from public.support_notifications where chat_id = ${chatId} order by first_seq`;
}

/** How many seconds after an answer its mail is due. */
export async function dueAfter(
	{ sql }: EmailProject,
	chatId: string,
	seq: number,
): Promise<number> {
	const [row] = await sql<Row[]>`
		select extract(epoch from n.due_at - m.created_at)::float as seconds
		from public.support_notifications n
		join public.support_messages m on m.chat_id = n.chat_id and m.seq = ${seq}
		where n.chat_id = ${chatId} and n.status = 'pending'`;
	return row!.seconds;
}

const anything = z.array(z.any());

export function claim(
	project: EmailProject,
	worker: string = randomUUID(),
	limit = 10,
): Promise<Row[]> {
	return project.call('support_claim_emails', { p_worker: worker, p_limit: limit }, anything);
}

export async function mails({ stack }: EmailProject): Promise<Mail[]> {
	return (await (await fetch(`${stack.outboxUrl}/api/mails`)).json()) as Mail[];
}

export async function attempts({ stack }: EmailProject): Promise<SendAttempt[]> {
	return (await (await fetch(`${stack.outboxUrl}/api/requests`)).json()) as SendAttempt[];
}

/** Faults for coming requests to the provider. */
export async function script({ stack }: EmailProject, ...faults: Row[]): Promise<void> {
	const response = await fetch(`${stack.outboxUrl}/api/faults`, {
		method: 'PUT',
		body: JSON.stringify(faults),
	});
	if (!response.ok) throw new Error(await response.text());
}
