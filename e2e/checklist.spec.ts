import { expect, test } from './support/fixtures';

test('a customer opens the widget and sends a message', async ({ customer, db }) => {
	const { widget, person } = customer;
	await widget.open();
	await expect(widget.status('Connected')).toBeVisible();
	await widget.send('Hello, is anyone there?');

	await expect(widget.message('Hello, is anyone there?')).toHaveAttribute('data-sender', 'user');
	await expect(widget.message('Hello, is anyone there?').locator('time')).toHaveAttribute(
		'datetime',
		/^\d{4}-\d\d-\d\dT/,
	);
	await expect(widget.composer).toHaveValue('');
	await expect
		.poll(
			() => db`select m.content, m.sender_type, m.seq::int
				from public.support_messages m join public.support_chats c on c.id = m.chat_id
				where c.user_id = ${person.id}`,
		)
		.toEqual([{ content: 'Hello, is anyone there?', sender_type: 'user', seq: 1 }]);
});

test('agents see a customer’s message live, in the inbox and in the open chat', async ({
	customer: { widget, person },
	dashboard,
}) => {
	await widget.open();
	await widget.send('First of all');
	await expect(dashboard.row(person.email)).toContainText('First of all');
	await expect(dashboard.row(person.email)).toContainText('1 message');

	await dashboard.openChat(person.email);
	await expect(dashboard.message('First of all')).toHaveAttribute('data-sender', 'user');
	await widget.send('And another thing');
	await expect(dashboard.message('And another thing')).toBeVisible();
	await expect(dashboard.row(person.email)).toContainText('2 messages');
});

test('an agent replies and the customer sees it at once', async ({
	customer: { widget, person },
	dashboard,
}) => {
	await widget.open();
	await widget.send('A question');
	await dashboard.openChat(person.email);
	await dashboard.send('An answer');

	await expect(widget.message('An answer')).toBeVisible({ timeout: 3_000 });
	await expect(widget.message('An answer')).toHaveAttribute('data-sender', 'admin');
	await expect(dashboard.message('An answer')).toHaveAttribute('data-sender', 'admin');
});

test('the badge counts unread replies, up to 9+', async ({
	customer: { widget, person },
	dashboard,
}) => {
	await widget.open();
	await widget.send('Tell me everything');
	await widget.close();
	await dashboard.openChat(person.email);

	await dashboard.send('Answer 1');
	await widget.expectUnread('1');
	await dashboard.send('Answer 2');
	await widget.expectUnread('2');
	for (let n = 3; n <= 10; n += 1) await dashboard.send(`Answer ${n}`);
	await widget.expectUnread('9+');

	await widget.page.reload();
	await widget.expectUnread('9+');
});

test('the badge clears when the widget opens, and agents see that the reply was read', async ({
	customer: { widget, person },
	dashboard,
	db,
}) => {
	await widget.open();
	await widget.send('Are you there?');
	await widget.close();
	await dashboard.openChat(person.email);
	await dashboard.send('Always');
	await widget.expectUnread('1');

	await widget.open();
	await expect(widget.message('Always')).toBeVisible();
	await expect(dashboard.log.getByText('Seen')).toBeVisible();
	await widget.close();
	await widget.expectUnread(null);
	const [row] = await db`select count(*)::int as unread
		from public.support_messages m join public.support_chats c on c.id = m.chat_id
		where c.user_id = ${person.id} and m.sender_type = 'admin' and m.read_at is null`;
	expect(row).toEqual({ unread: 0 });

	await widget.page.reload();
	await expect(widget.launcher).toBeVisible();
	await widget.expectUnread(null);
});

test('the indicator shows the true state of the connection', async ({
	customer: { widget, network },
}) => {
	await widget.open();
	await expect(widget.status('Connected')).toBeVisible();
	await network.goOffline();
	await expect(widget.status('Offline')).toBeVisible();
	await network.goOnline();
	await expect(widget.status('Connected')).toBeVisible({ timeout: 20_000 });
	await network.blockSockets();
	await expect(widget.status('Reconnecting…')).toBeVisible();
	network.allowSockets();
	await expect(widget.status('Connected')).toBeVisible({ timeout: 40_000 });
});

test('agents archive a chat and restore it', async ({
	customer: { widget, person },
	dashboard,
}) => {
	await widget.open();
	await widget.send('Please file me away');
	await dashboard.openChat(person.email);
	await dashboard.page.getByRole('button', { name: 'Archive', exact: true }).click();

	await dashboard.openInbox('archived');
	await expect(dashboard.row(person.email)).toBeVisible();
	await dashboard.openInbox('active');
	await expect(dashboard.row(person.email)).toHaveCount(0);

	await dashboard.openInbox('archived');
	await dashboard.openChat(person.email);
	await dashboard.page.getByRole('button', { name: 'Restore' }).click();
	await dashboard.openInbox('active');
	await expect(dashboard.row(person.email)).toBeVisible();
});

test('a customer’s message restores an archived chat', async ({
	customer: { widget, person },
	dashboard,
}) => {
	await widget.open();
	await widget.send('Thanks, all done');
	await dashboard.openChat(person.email);
	await dashboard.page.getByRole('button', { name: 'Archive', exact: true }).click();
	await dashboard.openInbox('active');
	await expect(dashboard.row(person.email)).toHaveCount(0);

	await widget.send('One more question');
	await expect(dashboard.row(person.email)).toContainText('One more question');
	await expect(dashboard.message('One more question')).toHaveCount(0);
});

test('messages of both sides appear in the order in which they were stored', async ({
	customer: { widget, person },
	dashboard,
	db,
}) => {
	await widget.open();
	await widget.send('customer 1');
	await dashboard.openChat(person.email);
	for (let n = 1; n <= 4; n += 1) {
		await Promise.all([dashboard.send(`agent ${n}`), widget.send(`customer ${n + 1}`)]);
	}
	const stored = async (): Promise<string[]> => {
		const rows = await db<{ content: string }[]>`select m.content
			from public.support_messages m join public.support_chats c on c.id = m.chat_id
			where c.user_id = ${person.id} order by m.seq`;
		return rows.map((row) => row.content);
	};
	await expect.poll(stored).toHaveLength(9);
	const order = await stored();
	await expect.poll(() => widget.texts()).toEqual(order);
	await expect.poll(() => dashboard.texts()).toEqual(order);
	await widget.page.reload();
	await widget.open();
	await expect.poll(() => widget.texts()).toEqual(order);
});

test('nothing appears twice: not by echo, not by a double Enter, not after a reload', async ({
	customer: { widget, person },
	dashboard,
	db,
}) => {
	await widget.open();
	await expect(widget.status('Connected')).toBeVisible();
	await widget.composer.fill('Once only');
	await widget.composer.press('Enter');
	await widget.composer.press('Enter');
	await widget.sendButton.click({ force: true });
	await dashboard.openChat(person.email);
	await dashboard.send('An answer, once');
	await expect(widget.message('An answer, once')).toBeVisible();

	await expect(widget.messages).toHaveCount(2);
	await expect(dashboard.messages).toHaveCount(2);
	await widget.page.reload();
	await widget.open();
	await expect(widget.message('An answer, once')).toBeVisible();
	await expect(widget.messages).toHaveCount(2);
	const [row] = await db`select count(*)::int as stored
		from public.support_messages m join public.support_chats c on c.id = m.chat_id
		where c.user_id = ${person.id}`;
	expect(row).toEqual({ stored: 2 });
});
