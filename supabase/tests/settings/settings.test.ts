import { describe, expect, test } from 'vitest';
import { as, become, refusal, rolledBack, sql, type Row } from '../helpers/database';
import { createCustomer, createAgent } from '../helpers/people';

/** Changes settings as an admin, in a transaction that is taken back. */
async function change(settings: Row): Promise<Row | undefined> {
	const admin = await createAgent('admin');
	return rolledBack(async (tx) => {
		await become(tx, admin);
		await tx`update public.support_settings set ${tx(settings)}`;
		return (await tx<Row[]>`select * from public.support_settings`)[0];
	}, 'read committed');
}

describe('the settings', () => {
	test('are one row, for ever', async () => {
		expect(await sql`select from public.support_settings`).toHaveLength(1);
		const second = rolledBack((tx) => tx`insert into public.support_settings (id) values (false)`);
		expect((await refusal(second)).code).toBe('23514');
	});

	test('an admin changes them, and the time of the change is kept', async () => {
		const changed = await change({ app_name: 'Bakery', messages_per_minute: 5 });
		expect(changed).toMatchObject({ app_name: 'Bakery', messages_per_minute: 5 });
		expect(changed!.updated_at > changed!.created_at).toBe(true);
	});

	test("customers see the app's name", async () => {
		const customer = await createCustomer();
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set app_name = 'Bakery'`;
			await become(tx, customer);
			const [chat] = await tx`select app_name from public.get_or_create_support_chat()`;
			expect(chat!.app_name).toBe('Bakery');
			expect(await tx`select from public.support_settings`).toHaveLength(0);
		}, 'read committed');
	});

	test.each([
		['an empty name', { app_name: '' }],
		['a name with a line end', { app_name: 'Acme\nBcc: x@example.com' }],
		['a name that is too long', { app_name: 'x'.repeat(61) }],
		['an address that runs code', { chat_url: 'javascript:alert(1)' }],
		['an address with a blank', { chat_url: 'https://example.com/a b' }],
		['an address with a line end', { chat_url: 'https://example.com/\nx' }],
		['a sender with a line end', { email_from: 'a@example.com\r\nBcc: b@example.com' }],
		['a negative delay', { email_delay: '-1 minute' }],
		['a delay of weeks', { email_delay: '2 weeks' }],
		['no messages at all', { messages_per_minute: 0 }],
		['a flood', { messages_per_minute: 1001 }],
	])('%s is refused', async (_what, settings) => {
		expect((await refusal(change(settings))).code).toBe('23514');
	});

	test('no one can delete them', async () => {
		const admin = await createAgent('admin');
		const call = as(admin, (tx) => tx`delete from public.support_settings`);
		expect((await refusal(call)).code).toBe('42501');
	});
});
