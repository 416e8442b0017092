import { expect, test } from './support/fixtures';
import { mailsTo, tick } from './support/outbox';

/**
 * Ticks until the email worker has nothing more to do for this customer; returns how its notifications ended.
 */
async function settle(db: Parameters<typeof tick>[0], userId: string): Promise<string[]> {
	const statuses = async (): Promise<string[]> => {
		const rows = await db<{ status: string }[]>`select n.status::text as status
			from public.support_notifications n join public.support_chats c on c.id = n.chat_id
			where c.user_id = ${userId} order by n.created_at`;
		return rows.map((row) => row.status);
	};
	await expect
		.poll(
			async () => {
				await tick(db);
				const found = await statuses();
				return found.length > 0 && !found.includes('pending') && !found.includes('sending');
			},
			{ timeout: 30_000, intervals: [500, 1_000] },
		)
		.toBe(true);
	return statuses();
}

test('an unread reply is emailed once after five minutes, with a link to the chat', async ({
	customer: { widget, person },
	dashboard,
	site,
	db,
}) => {
	await widget.open();
	await widget.sendAndLeave('I have to go soon');
	await dashboard.openChat(person.email);
	await dashboard.send('Here is <b>the answer</b> & more');
	await dashboard.send('And a second part');

	// Due five minutes after the newest reply, not before.
	const [due] = await db<{ minutes: number }[]>`
		select round(extract(epoch from n.due_at - max(m.created_at)) / 60)::int as minutes
		from public.support_notifications n
		join public.support_chats c on c.id = n.chat_id join public.support_messages m on m.chat_id = c.id
		where c.user_id = ${person.id} and m.sender_type = 'admin' group by n.due_at`;
	expect(due).toEqual({ minutes: 5 });
	await tick(db);
	expect(await mailsTo(site, person.email)).toEqual([]);

	await db`update public.support_notifications n set due_at = now()
		from public.support_chats c where c.id = n.chat_id and c.user_id = ${person.id}`;
	expect(await settle(db, person.id)).toEqual(['sent']);
	const [mail, ...others] = await mailsTo(site, person.email);
	expect(others).toEqual([]);
	expect(mail?.subject).toBe('New reply from Acme Support');
	expect(mail?.text).toContain('Here is <b>the answer</b> & more');
	expect(mail?.html).not.toContain('<b>the answer</b>');
	expect(mail?.text).toContain(site.hostUrl);
	expect(mail?.headers).toMatchObject({ 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' });
	expect(mail?.unsubscribe_url).toMatch(/^https?:/);
});

test('the link in the email opens the chat with the reply', async ({
	customer,
	dashboard,
	site,
	db,
}) => {
	const { widget, person } = customer;
	await db`update public.support_settings set email_delay = '0', email_max_delay = '0'`;
	await widget.open();
	await widget.sendAndLeave('Write to me');
	await dashboard.openChat(person.email);
	await dashboard.send('As you wish');
	expect(await settle(db, person.id)).toEqual(['sent']);
	const [mail] = await mailsTo(site, person.email);
	const link = /href="([^"]+)"/.exec((mail?.html ?? '').replaceAll('&amp;', '&'))?.at(1);
	expect(link).toContain(site.hostUrl);

	const page = await customer.context.newPage();
	await page.goto(link ?? '');
	await expect(page.getByRole('log', { name: 'Messages' }).getByText('As you wish')).toBeVisible();
});

test('a reply that was read is not emailed', async ({
	customer: { widget, person },
	dashboard,
	site,
	db,
}) => {
	await widget.open();
	await widget.send('I am still here');
	await dashboard.openChat(person.email);
	await dashboard.send('Good');
	await expect(widget.message('Good')).toBeVisible();
	await expect(dashboard.log.getByText('Seen')).toBeVisible();
	await db`update public.support_notifications n set due_at = now()
		from public.support_chats c where c.id = n.chat_id and c.user_id = ${person.id}`;
	expect(await settle(db, person.id)).not.toContain('sent');
	expect(await mailsTo(site, person.email)).toEqual([]);
});

test('a customer who unsubscribes by the link gets no further email', async ({
	customer: { widget, person },
	dashboard,
	site,
	db,
	browser,
}) => {
	await db`update public.support_settings set email_delay = '0', email_max_delay = '0'`;
	await widget.open();
	await widget.sendAndLeave('Mail me once');
	await dashboard.openChat(person.email);
	await dashboard.send('Here it is');
	await settle(db, person.id);
	const [mail] = await mailsTo(site, person.email);
	const link = [...(mail?.html ?? '').replaceAll('&amp;', '&').matchAll(/href="([^"]+)"/g)]
		.map((match) => match[1] ?? '')
		.find((href) => href.includes('unsubscribe'));

	const page = await browser.newPage();
	await page.goto(link ?? '');
	await page.getByRole('button', { name: 'Unsubscribe' }).click();
	await expect(page.getByText(/unsubscribed/i).first()).toBeVisible();
	await page.close();
	await dashboard.send('Another one');
	expect(await settle(db, person.id)).not.toEqual(['sent', 'sent']);
	expect(await mailsTo(site, person.email)).toHaveLength(1);
});

test('one click on List-Unsubscribe is enough (RFC 8058)', async ({
	customer: { widget, person },
	dashboard,
	site,
	db,
}) => {
	await db`update public.support_settings set email_delay = '0', email_max_delay = '0'`;
	await widget.open();
	await widget.sendAndLeave('Mail me once');
	await dashboard.openChat(person.email);
	await dashboard.send('Here it is');
	await settle(db, person.id);
	const [mail] = await mailsTo(site, person.email);
	const answer = await fetch(mail?.unsubscribe_url ?? '', {
		method: 'POST',
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
		body: 'List-Unsubscribe=One-Click',
	});
	expect(answer.status).toBe(200);
	await dashboard.send('Another one');
	await settle(db, person.id);
	expect(await mailsTo(site, person.email)).toHaveLength(1);
});
