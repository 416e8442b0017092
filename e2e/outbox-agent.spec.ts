import { type Page } from '@playwright/test';
import { DashboardPage, logIn } from './support/dashboard-page';
import { expect, test, type Customer } from './support/fixtures';
import { signUpAgent } from '../local-stack/testing/people';

/** Two customers with a chat each; the agent has the first one open, and no message gets through. */
async function twoChats(newCustomer: () => Promise<Customer>): Promise<[Customer, Customer]> {
	const customers = [await newCustomer(), await newCustomer()] as const;
	for (const { widget } of customers) {
		await widget.open();
		await widget.send('A question');
	}
	return [...customers];
}

const cutSends = (page: Page) =>
	page.route('**/rest/v1/rpc/send_support_message', (route) => route.abort());
const mendSends = (page: Page) => page.unroute('**/rest/v1/rpc/send_support_message');

test('an interrupted reply is sent while the agent works in another chat', async ({
	newCustomer,
	dashboard,
}) => {
	const [first, second] = await twoChats(newCustomer);
	await dashboard.openChat(first.person.email);
	await cutSends(dashboard.page);
	await dashboard.composer.fill('An answer on a bad line');
	await dashboard.composer.press('Enter');
	await expect(dashboard.message('An answer on a bad line')).toBeVisible();

	await dashboard.openChat(second.person.email);
	await expect(dashboard.row(first.person.email)).toContainText('Waiting to be sent');
	const unsent = dashboard.page.getByRole('list', { name: 'Unsent messages' });
	await expect(unsent).toContainText('An answer on a bad line');

	await expect(unsent.getByRole('button', { name: 'Retry' })).toBeVisible();
	await mendSends(dashboard.page);
	await expect(first.widget.message('An answer on a bad line')).toBeVisible({ timeout: 40_000 });
	await expect(dashboard.row(first.person.email)).not.toContainText('Waiting to be sent');
	await expect(unsent).toBeHidden();
});

test("signing out warns about unsent text and removes the agent's text from the browser", async ({
	newCustomer,
	browser,
	site,
	db,
}) => {
	const [first] = await twoChats(newCustomer);
	// An agent of its own: the other journeys keep using their session.
	const agent = await signUpAgent(site, db, 'admin');
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	const page = await context.newPage();
	await logIn(page, site.dashboardUrl, agent.email, agent.password);
	const leaver = new DashboardPage(page, site.dashboardUrl);
	await leaver.openChat(first.person.email);
	await cutSends(page);
	await leaver.composer.fill('Never sent, so it must go');
	await leaver.composer.press('Enter');
	await leaver.composer.fill('A draft that must go, too');

	await page.getByRole('button', { name: 'Sign out' }).click();
	const dialog = page.getByRole('alertdialog', { name: 'Sign out?' });
	await expect(dialog).toContainText('1 unsent message');
	await expect(dialog).toContainText('1 draft');
	await dialog.getByRole('button', { name: 'Cancel' }).click();
	await expect(leaver.composer).toHaveValue('A draft that must go, too');

	await page.getByRole('button', { name: 'Sign out' }).click();
	await dialog.getByRole('button', { name: 'Sign out' }).click();
	await expect(page).toHaveURL(/\/login/);
	const kept = await page.evaluate(() =>
		JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
	);
	expect(kept).not.toContain('must go');
	await context.close();
});
