import { describe, expect, test } from 'vitest';
import { coded, refusal, rpcAs, signedOut, type Caller, type Row } from '../helpers/database';
import { mails, script, useEmailProject, wait } from '../helpers/email-project';
import { runMailWorker } from '../helpers/mail-worker';
import { addAgent, createUser, type Person } from '../../../local-stack/testing/people';

const project = useEmailProject();

async function person(role?: 'agent' | 'admin'): Promise<Person> {
	const user = await createUser(project.sql, 'person');
	return role ? addAgent(project.sql, user, role) : user;
}
const sendTest = (caller: Caller, to?: string): Promise<Row[]> =>
	rpcAs(project.sql, caller, 'send_support_test_email', to === undefined ? {} : { p_to: to });
const tests = (): Promise<Row[]> =>
	project.sql<
		Row[]
	>`select * from public.support_notifications where kind = 'test' order by created_at`;
const attempts = (): Promise<Row[]> =>
	project.sql<Row[]>`select * from public.support_notification_attempts order by created_at`;

describe('a test email', () => {
	test('goes to the admin’s own address, without waiting for the minute', async () => {
		const admin = await person('admin');
		await sendTest(admin);
		await expect.poll(() => mails(project), { timeout: 15_000 }).toHaveLength(1);
		const [mail] = await mails(project);
		expect(mail).toMatchObject({ to: [admin.email], subject: 'Test email from Acme Support' });
		await expect.poll(tests).toMatchObject([{ status: 'sent', provider_id: mail!.id }]);
		expect(await attempts()).toMatchObject([{ outcome: 'sent', provider_id: mail!.id }]);
	});

	test('shows what the provider answers when it refuses', async () => {
		await script(project, {
			kind: 'status',
			status: 422,
			name: 'validation_error',
			message: 'No such domain',
		});
		await sendTest(await person('admin'), ' Somebody@Elsewhere.test ');
		await expect
			.poll(tests, { timeout: 15_000 })
			.toMatchObject([{ status: 'failed', recipient: 'somebody@elsewhere.test' }]);
		expect(await attempts()).toMatchObject([
			{ outcome: 'failed', answer: '422 validation_error: No such domain' },
		]);
	});

	test('without a provider waits, and the problem is reported', async () => {
		await project.sql`update public.support_settings set email_from = null`;
		await sendTest(await person('admin'));
		await expect
			.poll(async () => (await project.sql`select email_problem from public.support_settings`)[0], {
				timeout: 15_000,
			})
			.toEqual({ email_problem: 'support_email_no_sender' });
		await expect.poll(tests, { timeout: 15_000 }).toMatchObject([{ status: 'pending' }]);
		await project.sql`update public.support_settings set email_from = 'support@acme.test'`;
		await runMailWorker(project);
		await expect.poll(tests, { timeout: 15_000 }).toMatchObject([{ status: 'sent' }]);
	});

	test('is for admins alone', async () => {
		for (const caller of [await person(), await person('agent')])
			expect(await refusal(sendTest(caller))).toEqual(coded(403, 'support_forbidden'));
		expect((await refusal(sendTest(signedOut))).code).toBe('42501');
		const gone = await person('admin');
		await project.sql`delete from public.support_agents where user_id = ${gone.id}`;
		expect(await refusal(sendTest(gone))).toEqual(coded(403, 'support_forbidden'));
		expect(await tests()).toEqual([]);
	});

	test('leaves ten times an hour for each admin, not more, whatever becomes of the rows', async () => {
		const [admin, other] = [await person('admin'), await person('admin')];
		const limited = coded(429, 'support_test_email_rate_limited');
		for (let n = 0; n < 9; n++) await sendTest(admin);
		const results = await Promise.allSettled([sendTest(admin), sendTest(admin), sendTest(admin)]);
		expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		await project.sql`delete from public.support_notifications where kind = 'test'`;
		expect(await refusal(sendTest(admin))).toEqual(limited);
		await sendTest(other);
		await project.sql`
			update support_private.usage_counters set slot_started_at = slot_started_at - interval '65 minutes'`;
		await sendTest(admin);
		await wait(project, '0 seconds');
	});
});

const BAD = [
	'nobody',
	'a@b',
	'@b.test',
	'a@',
	'a b@c.test',
	'a@b.test, c@d.test',
	'a@b.test;c@d.test',
	'Ada <a@b.test>',
	'a@b.test\r\nBcc: eve@evil.test',
	'a@b.test\nBcc: eve@evil.test',
	'"a b"@c.test',
	'a@b..test',
	'a@-b.test',
	'a@b.test.',
	'a@@b.test',
	'a@[127.0.0.1]',
	'ä@b.test',
	'a@bücher.test',
	'a@b.test\u200b',
	'a\u202e@b.test',
	`${'a'.repeat(65)}@b.test`,
	`a@${'b'.repeat(64)}.test`,
	`a@${'b.'.repeat(130)}test`,
	'<a@b.test>',
	'a@b.test%0aBcc:x@y.test%',
];

describe('a value that is not a single address', () => {
	test.each(BAD)('%j is refused, for a test and in the settings', async (address) => {
		const admin = await person('admin');
		// Blanks around a typed address are forgiven; none of these is one without them.
		if (address !== 'a@b.test\u200b')
			expect(await refusal(sendTest(admin, address))).toEqual(
				coded(400, 'support_email_address_invalid'),
			);
		const refused = await refusal(
			project.sql`update public.support_settings set notification_emails = ${[address]}`,
		);
		expect(refused.code).toBe('23514');
	});

	test.each<[string, (string | null)[]]>([
		['nobody', [null]],
		['one twice', ['a@b.test', 'A@B.test']],
		['21', Array.from({ length: 21 }, (_, at) => `a${at}@b.test`)],
	])('a list with %s is refused in the settings', async (_what, addresses) => {
		const refused = await refusal(
			project.sql`update public.support_settings set notification_emails = ${addresses as string[]}`,
		);
		expect(refused.code).toBe('23514');
	});

	test('20 valid addresses are accepted', async () => {
		const addresses = Array.from({ length: 20 }, (_, at) => `first.last+tag${at}@sub.b-c.test`);
		await project.sql`update public.support_settings set notification_emails = ${addresses}`;
	});
});
