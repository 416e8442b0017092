import { describe, expect, test } from 'vitest';
import { refusal, as, rpc, signedOut, sql, type Caller, type Row } from '../helpers/database';
import {
	createConversation,
	createCustomer,
	createRemovedAgent,
	createAgent,
	send,
} from '../helpers/people';

const UUID = '00000000-0000-4000-8000-000000000000';

/** The functions of the mail worker and of the unsubscribe function, with arguments that would do something. */
const workerFunctions: [string, Row][] = [
	['support_email_config', {}],
	['support_claim_emails', { p_worker: UUID, p_limit: 100 }],
	['support_begin_email', { p_id: UUID, p_worker: UUID, p_request: {} }],
	['support_finish_email', { p_id: UUID, p_worker: UUID, p_outcome: 'sent' }],
	['support_release_emails', { p_worker: UUID }],
	['support_report_email_problem', { p_problem: 'x' }],
	['support_set_email_subscription', { p_token: 'x', p_action: 'unsubscribe' }],
	['support_email_secret_digest', {}],
];
const privateFunctions = [
	'support_private.request_email_run()',
	'support_private.purge_notifications()',
	`support_private.configure_email('https://evil.test')`,
	'support_private.email_secret_digest()',
	`support_private.chat_email('${UUID}')`,
	'support_private.emails_due()',
	`support_private.settle_email('${UUID}', 'sent', null, null)`,
];
const tables = ['support_notifications', 'support_email_preferences'];

const everybody: [string, () => Promise<Caller>][] = [
	['someone signed out', async () => signedOut],
	['a customer', () => createCustomer()],
	['an agent', () => createAgent('agent')],
	['an admin', () => createAgent('admin')],
	['removed agent', () => createRemovedAgent()],
];

/** A chat with a reply that waits for its email. */
async function waitingMail(): Promise<{ customer: Caller & { id: string }; chatId: string }> {
	const conversation = await createConversation();
	await send(await createAgent(), conversation.chatId, 'An answer');
	return conversation;
}

const seenBy = async (caller: Caller, chatId: string): Promise<number> => {
	const rows = await as(
		caller,
		(tx) => tx`select id from public.support_notifications where chat_id = ${chatId}`,
	);
	return rows.length;
};

describe.each(everybody)('%s', (_who, make) => {
	test.each(workerFunctions)('may not call %s', async (name, args) => {
		expect((await refusal(rpc(await make(), name, args))).code).toBe('42501');
	});

	test.each(privateFunctions)('may not call %s', async (call) => {
		const caller = await make();
		expect((await refusal(as(caller, (tx) => tx.unsafe(`select ${call}`)))).code).toBe('42501');
	});

	test.each(tables)('may not write %s', async (table) => {
		const caller = await make();
		for (const statement of [
			`insert into public.${table} default values`,
			`update public.${table} set updated_at = now()`,
			`delete from public.${table}`,
			`truncate public.${table}`,
		])
			expect((await refusal(as(caller, (tx) => tx.unsafe(statement)))).code).toBe('42501');
	});
});

describe('reading the emails', () => {
	test('admins see each with its attempts and errors, but never the words and the token in them', async () => {
		const { chatId } = await waitingMail();
		const admin = await createAgent('admin');
		expect(await seenBy(admin, chatId)).toBe(1);
		for (const column of ['request', 'worker', '*'])
			expect(
				(
					await refusal(
						as(admin, (tx) => tx.unsafe(`select ${column} from public.support_notifications`)),
					)
				).code,
			).toBe('42501');
	});

	test('no one else sees any', async () => {
		const { customer, chatId } = await waitingMail();
		for (const caller of [
			customer,
			await createCustomer(),
			await createAgent('agent'),
			await createRemovedAgent(),
		])
			expect(await seenBy(caller, chatId)).toBe(0);
		expect((await refusal(seenBy(signedOut, chatId))).code).toBe('42501');
	});
});

describe('reading who has unsubscribed', () => {
	test('customers see their own choice, no one else’s, and no token', async () => {
		const ada = await createCustomer();
		const grace = await createCustomer();
		for (const { id } of [ada, grace])
			await sql`insert into public.support_email_preferences (user_id) values (${id})`;
		const rows = await as(
			ada,
			(tx) => tx<Row[]>`select user_id from public.support_email_preferences`,
		);
		expect(rows.map(({ user_id }) => user_id)).toEqual([ada.id]);
		const admin = await createAgent('admin');
		expect(
			await as(admin, (tx) => tx`select user_id from public.support_email_preferences`),
		).toHaveLength(0);
		for (const caller of [ada, admin])
			expect(
				(await refusal(as(caller, (tx) => tx`select token from public.support_email_preferences`)))
					.code,
			).toBe('42501');
	});
});
