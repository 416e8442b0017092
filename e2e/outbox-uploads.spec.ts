import { type Page } from '@playwright/test';
import { Attachments } from './support/attachments';
import { png } from './support/files';
import { expect, test } from './support/fixtures';

const UPLOADS = '**/storage/v1/object/support-attachments/**';

/** Blocks this page's uploads after they begin, until `goOn` is called. */
async function holdUploads(page: Page): Promise<{ goOn(): Promise<void> }> {
	await page.route(UPLOADS, () => new Promise(() => {}));
	return { goOn: () => page.unroute(UPLOADS) };
}

test('a message that waits for an upload is sent with its file after the agent opens another chat', async ({
	newCustomer,
	dashboard,
}) => {
	const [first, second] = [await newCustomer(), await newCustomer()];
	for (const { widget } of [first, second]) {
		await widget.open();
		await widget.send('A question');
	}
	await dashboard.openChat(first.person.email);
	const theirs = new Attachments(dashboard.page, dashboard.page.getByRole('main'));
	const held = await holdUploads(dashboard.page);
	await theirs.choose(png('Held.png'));
	await expect(theirs.row('Held.png')).toBeVisible();
	await theirs.send('With the picture');
	await dashboard.openChat(second.person.email);
	await held.goOn();
	await dashboard.page.reload();

	await expect(first.widget.message('With the picture')).toBeVisible({ timeout: 40_000 });
	await new Attachments(first.widget.page, first.widget.panel).expectShown('Held.png');
	await expect(second.widget.message('With the picture')).toHaveCount(0);
});

test('a message that waits for an upload is sent from the next page with the panel closed', async ({
	customer: { widget, person },
	db,
}) => {
	await widget.open();
	await widget.send('Before');
	const mine = new Attachments(widget.page, widget.panel);
	const held = await holdUploads(widget.page);
	await mine.choose(png('Followed.png'));
	await expect(mine.row('Followed.png')).toBeVisible();
	await mine.send('Then a link was followed');
	await held.goOn();
	await widget.page.reload();
	await expect(widget.panel).toBeHidden();
	await expect
		.poll(
			async () => {
				const rows = await db`
					select m.content, jsonb_array_length(m.attachments) as files from public.support_messages m
					join public.support_chats c on c.id = m.chat_id
					where c.user_id = ${person.id} and m.sender_type = 'user' order by m.seq`;
				return rows.map(({ content, files }) => [content, files]);
			},
			{ timeout: 40_000 },
		)
		.toEqual([
			['Before', 0],
			['Then a link was followed', 1],
		]);
});
