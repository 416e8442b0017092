import { logIn } from './support/dashboard-page';
import { expect, test } from './support/fixtures';
import { signUp, signUpAgent } from '../local-stack/testing/people';
import { WidgetPage } from './support/widget-page';

test('an agent signs in, and out again', async ({ page, site, db }) => {
	const { email, password } = await signUpAgent(site, db, 'admin');
	await page.goto(`${site.dashboardUrl}/chats`);
	await expect(page).toHaveURL(/\/login/);
	await logIn(page, site.dashboardUrl, email, 'not the password');
	await expect(page.getByRole('alert')).toContainText('Wrong email address or password');
	await expect(page.getByLabel('Email')).toHaveValue(email);
	await logIn(page, site.dashboardUrl, email, password);
	await expect(page.getByRole('heading', { name: 'Support Chats' })).toBeVisible();

	await page
		.getByRole('button', { name: /sign out/i })
		.first()
		.click();
	await expect(page).toHaveURL(/\/login/);
	await page.goto(`${site.dashboardUrl}/chats`);
	await expect(page).toHaveURL(/\/login/);
});

test('a user who is not an agent sees a message and no chats', async ({ page, site, customer }) => {
	await customer.widget.open();
	await customer.widget.send('Nobody else’s business');
	const stranger = await signUp(site, { name: 'stranger' });
	await logIn(page, site.dashboardUrl, stranger.email, stranger.password);
	await expect(page.getByText('You are not on the support team')).toBeVisible();
	for (const path of ['/chats', '/chats?view=archived']) {
		await page.goto(site.dashboardUrl + path);
		await expect(page.getByText('You are not on the support team')).toBeVisible();
		await expect(page.getByText(customer.person.email)).toHaveCount(0);
	}
});

test('a removed agent sees nothing more', async ({ page, site, db, customer }) => {
	const agent = await signUpAgent(site, db, 'admin');
	await logIn(page, site.dashboardUrl, agent.email, agent.password);
	await expect(page.getByRole('heading', { name: 'Support Chats' })).toBeVisible();
	await db`delete from public.support_agents where user_id = ${agent.id}`;
	await page.reload();
	await expect(page.getByText('You are not on the support team')).toBeVisible();
	await expect(page.getByText(customer.person.email)).toHaveCount(0);
});

test('the tab title counts unread chats, and viewing a chat marks it viewed', async ({
	customer: { widget, person },
	dashboard,
	db,
}) => {
	await db`update public.support_chats set admin_viewed_at = clock_timestamp() where unread`;
	await dashboard.page.reload();
	await expect(dashboard.page).toHaveTitle(/^Support Chats/);
	await widget.open();
	await widget.send('Count me');
	await expect(dashboard.page).toHaveTitle(/^\(1\) /);
	await expect(dashboard.row(person.email)).toContainText('Unread');

	await dashboard.openChat(person.email);
	await expect(dashboard.page).not.toHaveTitle(/^\(/);
	await expect(dashboard.row(person.email)).not.toContainText('Unread');
	await expect(widget.log.getByText('Seen')).toBeVisible();
});

test('the inbox shows who wrote last, newest first', async ({ newCustomer, dashboard }) => {
	const [first, second] = [await newCustomer(), await newCustomer()];
	await first.widget.open();
	await first.widget.send('I was first');
	await second.widget.open();
	await second.widget.send('I was second');
	await expect(dashboard.row(second.person.email)).toContainText('1 message');
	const both = dashboard.page.getByRole('link').filter({
		hasText: new RegExp(`${first.person.email}|${second.person.email}`),
	});
	await expect(both.first()).toContainText('I was second');

	await dashboard.openChat(first.person.email);
	await dashboard.send('You are now');
	await expect(dashboard.row(first.person.email)).toContainText('You: You are now');
	await expect(both.first()).toContainText('You are now');
});

test('a chat shows its days as dividers', async ({
	customer: { widget, person },
	dashboard,
	db,
}) => {
	await widget.open();
	await widget.send('Long ago');
	await expect(dashboard.row(person.email)).toBeVisible();
	await db`update public.support_messages m set created_at = '2024-01-29T12:00:00Z'
		from public.support_chats c where c.id = m.chat_id and c.user_id = ${person.id}`;
	await dashboard.openChat(person.email);
	await expect(dashboard.log.getByText(/Monday, January 29/)).toBeVisible();
});

test('older messages load while scrolling up, each once', async ({ customer, dashboard, db }) => {
	const { widget, person } = customer;
	await widget.open();
	await widget.send('message 1');
	await expect(dashboard.row(person.email)).toBeVisible();
	await db`insert into public.support_messages (id, chat_id, content, sender_type, sender_id)
		select gen_random_uuid(), c.id, 'message ' || n, 'user', c.user_id
		from public.support_chats c, generate_series(2, 130) n where c.user_id = ${person.id} order by n`;
	const all = Array.from({ length: 130 }, (_, i) => `message ${i + 1}`);

	await widget.page.reload();
	await widget.open();
	await dashboard.openChat(person.email);
	for (const { messages, texts } of [
		{ messages: widget.messages, texts: () => widget.texts() },
		{ messages: dashboard.messages, texts: () => dashboard.texts() },
	]) {
		await expect(messages).toHaveCount(50);
		await messages.last().hover();
		await expect(async () => {
			await messages.page().mouse.wheel(0, -2_000);
			await expect(messages).toHaveCount(130, { timeout: 1_000 });
		}).toPass({ timeout: 30_000 });
		expect(await texts()).toEqual(all);
	}
});

test("a new customer's conversation: demo page and dashboard side by side", async ({
	browser,
	site,
	dashboard,
}) => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(`${site.dashboardUrl}/demo`);
	await page.getByRole('button', { name: 'Sign in as Ada' }).click();
	const widget = new WidgetPage(page);
	await widget.open();
	await expect(widget.status('Connected')).toBeVisible();
	const question = `Hello from Ada ${Date.now()}`;
	await widget.send(question);
	await expect(dashboard.row('ada@example.com')).toContainText(question);
	await dashboard.openChat('ada@example.com');
	await dashboard.send(`Hello Ada, about “${question}”`);
	await expect(widget.message(`about “${question}”`)).toBeVisible();

	await page.getByRole('button', { name: 'Sign out' }).click();
	await expect(widget.message(question)).toHaveCount(0);
	await context.close();
});
