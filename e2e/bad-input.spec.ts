import { randomUUID } from 'node:crypto';
import type { Locator } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { signUp } from '../local-stack/testing/people';
import { rpc } from '../local-stack/testing/api-client';

for (const [what, text] of [
	['nothing', ''],
	['only spaces', '   \n  '],
	['only zero-width characters', '\u200b\u200d\ufeff\u2060'],
] as const) {
	test(`blank: ${what} is not sent, and the server refuses it`, async ({ customer, site }) => {
		const { widget, person } = customer;
		await widget.open();
		await expect(widget.status('Connected')).toBeVisible();
		await widget.composer.fill(text);
		await widget.composer.press('Enter');
		await widget.send('Something to see');
		await expect(widget.messages).toHaveCount(1);

		const refused = await rpc(site, person.accessToken, 'send_support_message', {
			p_id: randomUUID(),
			p_chat_id: await chatId(site, person.accessToken),
			p_content: text,
		});
		expect(refused).toMatchObject({ status: 400, body: { message: 'support_message_blank' } });
	});
}

test('more than 4,000 characters: a warning with the count appears before sending, and the text stays', async ({
	customer: { widget, person },
	site,
}) => {
	await widget.open();
	const text = 'é'.repeat(4_001);
	await widget.composer.fill(text);
	await expect(widget.panel.getByText(/1 character too many|4,?001/).first()).toBeVisible();
	await widget.composer.press('Enter');
	await expect(widget.composer).toHaveValue(text);
	await expect(widget.messages).toHaveCount(0);

	const refused = await rpc(site, person.accessToken, 'send_support_message', {
		p_id: randomUUID(),
		p_chat_id: await chatId(site, person.accessToken),
		p_content: text,
	});
	expect(refused).toMatchObject({ status: 400, body: { message: 'support_message_too_long' } });

	await widget.composer.fill('é'.repeat(4_000));
	await widget.composer.press('Enter');
	await expect(widget.messages).toHaveCount(1);
	await expect(widget.composer).toHaveValue('');
});

test('the widget repairs NUL and lone surrogates before sending; the API rejects them with a 400', async ({
	customer: { widget, person },
	dashboard,
	site,
}) => {
	await widget.open();
	await put(widget.composer, 'broken\u0000 \ud83d text');
	await widget.composer.press('Enter');
	await dashboard.openChat(person.email);
	await expect.poll(() => dashboard.texts()).toEqual(['broken \ufffd text']);

	const refused = await rpc(site, person.accessToken, 'send_support_message', {
		p_id: randomUUID(),
		p_chat_id: await chatId(site, person.accessToken),
		p_content: 'broken\u0000text',
	});
	expect(refused.status).toBe(400);
});

test('emoji, right-to-left text, markup and </script> are shown exactly as written', async ({
	customer: { widget, person },
	dashboard,
}) => {
	const texts = [
		'👩‍👩‍👧‍👦 🇩🇪 👍🏽 e\u0301',
		'שלום — hello — مرحبا',
		'</script><script>window.hacked = true</script>',
		'<img src=x onerror="window.hacked = true"> <b>bold</b> &amp; {{7*7}} ${7*7}',
		'javascript:alert(1) https://example.com/a?b=c',
	];
	await widget.open();
	await expect(widget.status('Connected')).toBeVisible();
	for (const text of texts) {
		await widget.composer.fill(text);
		await widget.composer.press('Enter');
	}
	await expect.poll(() => widget.texts()).toEqual(texts);
	await dashboard.openChat(person.email);
	await expect.poll(() => dashboard.texts()).toEqual(texts);
	await dashboard.page.reload();
	await expect.poll(() => dashboard.texts()).toEqual(texts);

	for (const page of [widget.page, dashboard.page])
		expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
	const links = dashboard.log.getByRole('link');
	await expect(links).toHaveCount(1);
	await expect(links).toHaveAttribute('href', 'https://example.com/a?b=c');
	await expect(links).toHaveAttribute('rel', 'noopener noreferrer nofollow');
});

test('a message of 10,000 lines is rejected by its length, one of 1,999 lines is shown whole', async ({
	customer: { widget, person },
	dashboard,
}) => {
	await widget.open();
	const tenThousand = Array.from({ length: 10_000 }, () => 'x').join('\n');
	await put(widget.composer, tenThousand);
	await widget.composer.press('Enter');
	await expect(widget.composer).toHaveValue(tenThousand);
	await expect(widget.messages).toHaveCount(0);

	const most = Array.from({ length: 1_999 }, () => 'x').join('\n');
	await put(widget.composer, most);
	await widget.composer.press('Enter');
	await expect.poll(() => widget.texts()).toEqual([most]);
	await dashboard.openChat(person.email);
	await expect.poll(() => dashboard.texts()).toEqual([most]);
});

test('another customer’s chat and a missing chat get the same answer', async ({ site }) => {
	const [me, them] = [await signUp(site), await signUp(site)];
	const stranger = await chatId(site, them.accessToken);
	const answers = await Promise.all(
		[stranger, randomUUID()].flatMap((chat) => [
			rpc(site, me.accessToken, 'send_support_message', {
				p_id: randomUUID(),
				p_chat_id: chat,
				p_content: 'Let me in',
			}),
			rpc(site, me.accessToken, 'list_support_messages', { p_chat_id: chat }),
		]),
	);
	for (const answer of answers) expect(answer).toEqual(answers[0]);
	expect(answers[0]).toMatchObject({ status: 404, body: { message: 'support_chat_not_found' } });
});

test("the dashboard's page of a missing chat says so", async ({ dashboard }) => {
	await dashboard.page.goto(`${dashboard.url}/chats/${randomUUID()}`);
	await expect(dashboard.page.getByText('This chat does not exist')).toBeVisible();
});

/** Sets the text at once: typing thousands of lines takes minutes, and no key types a NUL. */
async function put(field: Locator, text: string): Promise<void> {
	await field.evaluate((element: HTMLTextAreaElement, value) => {
		element.value = value;
		element.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
	}, text);
}

async function chatId(site: Parameters<typeof rpc>[0], token: string): Promise<unknown> {
	const { body } = await rpc(site, token, 'get_or_create_support_chat', {});
	const row: unknown = Array.isArray(body) ? body[0] : body;
	return row !== null && typeof row === 'object' ? Reflect.get(row, 'id') : undefined;
}
