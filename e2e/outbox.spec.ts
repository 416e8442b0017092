import { expect, test } from './support/fixtures';

test('a customer’s first message is sent from the next page with the panel closed; the launcher shows it as unsent until then', async ({
	customer: { widget, context, person },
	db,
}) => {
	await context.route('**/rest/v1/rpc/**', (route) => route.abort());
	await widget.open();
	await widget.send('My first words');
	await widget.page.reload();
	await expect(widget.launcher).toHaveAccessibleName(/1 message not sent/);
	await expect(widget.panel).toBeHidden();
	await context.unroute('**/rest/v1/rpc/**');
	await widget.page.reload();
	await expect
		.poll(async () => {
			const rows = await db`select m.content from public.support_messages m
				join public.support_chats c on c.id = m.chat_id
				where c.user_id = ${person.id} and m.sender_type = 'user'`;
			return rows.map(({ content }) => String(content));
		})
		.toEqual(['My first words']);
	await expect(widget.launcher).toHaveAccessibleName('Open support chat');
});

test('a draft open in two tabs leaves both when one sends it', async ({
	customer: { widget, openTab },
}) => {
	const second = await openTab();
	for (const tab of [widget, second]) await tab.open();
	await widget.composer.fill('Only once');
	await expect(second.composer).toHaveValue('Only once');
	await second.composer.press('Enter');
	await expect(second.message('Only once')).toHaveAttribute('data-status', 'sent');
	await expect(widget.composer).toHaveValue('');
});
