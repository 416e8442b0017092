import { Webhook } from 'standardwebhooks';
import {
	startWebhookReceiver,
	type WebhookReceiver,
} from '../local-stack/testing/webhook-receiver';
import { expectNoViolations } from './support/accessibility';
import { expect, test } from './support/fixtures';

let receiver: WebhookReceiver;

test.beforeEach(async ({ db }) => {
	receiver = await startWebhookReceiver();
	await db`delete from public.support_webhooks`;
	// Allows a server of the operator's own network, as an operator does.
	await db`update public.support_settings set webhook_private_targets = array[${receiver.target}]`;
});
test.afterEach(async ({ db }) => {
	await db`delete from public.support_webhooks`;
	await db`update public.support_settings set webhook_private_targets = default`;
	await receiver.stop();
});

test('an admin adds a webhook, its delivery fails, and is sent again', async ({
	dashboard: { page },
	customer: { widget },
}) => {
	test.slow(); // cron's interval in this test is ten seconds
	const url = `${receiver.url}/hook`;
	await page.getByRole('link', { name: 'Settings' }).click();
	await page.getByRole('link', { name: 'Webhooks' }).click();
	await expect(page.getByText('No webhooks yet.')).toBeVisible();

	await page.getByText('Add webhook').click();
	const add = page.getByRole('button', { name: 'Create webhook' });
	const address = page.getByLabel('URL');
	await address.fill('https://169.254.169.254/latest');
	await page.getByLabel('message.created').check();
	await add.click();
	await expect(page.getByText('This URL points to a private network.')).toBeVisible();
	await expect(address).toBeFocused();
	await expect(address).toHaveValue('https://169.254.169.254/latest');
	await expect(page.getByLabel('message.created')).toBeChecked();
	await address.fill(url);
	await page.getByLabel('Description').fill('Our CRM');
	await add.click();

	const field = page.getByRole('textbox', { name: 'Secret' });
	await expect(field).toHaveValue(/^whsec_/);
	const secret = await field.inputValue();
	await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible();
	await page.reload();
	await expect(page.getByText('Our CRM')).toBeVisible();
	await expect(field).toBeHidden();

	receiver.answers.set('/hook', (response) => void response.writeHead(500).end());
	await widget.open();
	await widget.send('Does the CRM hear me?');
	// By keyboard from here on: the toast about a waiting customer may cover the button.
	await page.getByRole('link', { name: `Deliveries to ${url}` }).press('Enter');
	const list = page.getByRole('list', { name: 'Deliveries' });
	await expect(list.getByText('Failed, retrying')).toBeVisible({ timeout: 30_000 });
	await list.locator('summary', { hasText: 'message.created' }).press('Enter');
	await expect(list.getByRole('cell', { name: '500' }).first()).toBeVisible();
	await expect(list.getByText('Does the CRM hear me?')).toBeVisible();
	expect(
		new Webhook(secret).verify(receiver.received[0]!.body, receiver.received[0]!.headers),
	).toMatchObject({
		type: 'message.created',
	});

	receiver.answers.clear();
	await list.getByRole('button', { name: /^Send message\.created of .* again$/ }).press('Enter');
	await expect(list.getByText('Delivered', { exact: true })).toBeVisible({ timeout: 30_000 });
	// An open entry stays open while the list refreshes.
	await expect(list.getByRole('cell', { name: '204' }).first()).toBeVisible();
	expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);

	await page.getByRole('link', { name: 'Failed' }).press('Enter');
	await expect(page.getByText('No failed deliveries.')).toBeVisible();
	await page.getByRole('button', { name: 'Send test event' }).press('Enter');
	await expect(page.getByText('Test event sent.')).toBeVisible();
	await page.getByRole('link', { name: 'All', exact: true }).press('Enter');
	await expect(list.getByText('test.ping', { exact: true })).toBeVisible();
	await expect(list.getByText('Delivered', { exact: true })).toHaveCount(2, { timeout: 30_000 });

	await page.getByRole('link', { name: '‹ All webhooks' }).press('Enter');
	await expect(page.getByText('Last delivered')).toBeVisible();
	await page.getByRole('button', { name: `Delete ${url}` }).press('Enter');
	await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).press('Enter');
	await expect(page.getByText('No webhooks yet.')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`the pages of webhooks have no accessibility fault, ${colorScheme}, wide and on a phone`, async ({
		dashboard: { page, url },
		db,
	}) => {
		const [webhook] = await db<{ id: string }[]>`
			insert into public.support_webhooks (url, description, events, secret_id, failing_since, last_error)
			values (${`${receiver.url}/a`}, 'CRM', '{chat.created}', gen_random_uuid(), now(), 'The receiver answered 500.')
			returning id`;
		const id = webhook?.id ?? '';
		await db`
			with delivery as (
				insert into public.support_webhook_deliveries (webhook_id, event, payload, status, attempts)
				values (${id}, 'chat.created', '{"type": "chat.created"}', 'dead', 10) returning id
			)
			insert into public.support_webhook_attempts (delivery_id, attempt, status_code, milliseconds)
			select id, 1, 500, 12 from delivery`;
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		for (const size of [
			{ width: 1440, height: 900 },
			{ width: 390, height: 844 },
		]) {
			await page.setViewportSize(size);
			await page.goto(`${url}/settings/webhooks`);
			await page.getByText('Add webhook').click();
			await expectNoViolations(page);
			await page.goto(`${url}/settings/webhooks/${id}`);
			await page.getByText('chat.created', { exact: true }).first().click();
			await expect(page.getByRole('cell', { name: '12 ms' })).toBeVisible();
			await expectNoViolations(page);
			expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
				size.width,
			);
		}
	});
}
