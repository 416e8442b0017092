import type postgres from 'postgres';
import { logIn } from './support/dashboard-page';
import { expect, test } from './support/fixtures';
import { signUpAgent } from '../local-stack/testing/people';

/** Saves a field as the other admin, while this one's page is open. */
const other = (db: postgres.Sql, appName: string, chatUrl: string) =>
	db`update public.support_settings set app_name = ${appName}, chat_url = ${chatUrl}`;
const settings = async (db: postgres.Sql) =>
	(await db`select app_name, chat_url from public.support_settings`)[0];

test('two admins change the settings at once: no change is lost, and a conflict is shown', async ({
	page,
	site,
	db,
}) => {
	const { email, password } = await signUpAgent(site, db, 'admin');
	await logIn(page, site.dashboardUrl, email, password);
	await expect(page).toHaveURL(/\/chats/);
	await page.goto(`${site.dashboardUrl}/settings/general`);
	const name = page.getByLabel('App name');
	const save = page.getByRole('button', { name: 'Save' });
	const saved = page.getByText(/^Saved\./);
	await expect(name).toHaveValue('Acme');

	// Different fields: both changes are kept.
	await other(db, 'Acme', 'https://other.example/help');
	await name.fill('Acme Ltd');
	await save.click();
	await expect(saved.first()).toBeVisible();
	expect(await settings(db)).toEqual({
		app_name: 'Acme Ltd',
		chat_url: 'https://other.example/help',
	});

	// The same field: nothing is saved and no typed text is lost.
	await other(db, 'Acme Inc', 'https://other.example/help');
	await name.fill('Acme GmbH');
	await save.click();
	await expect(page.getByRole('alert')).toContainText('another admin changed the same');
	await expect(page.getByText('It is now: Acme Inc')).toBeVisible();
	await expect(name).toHaveValue('Acme GmbH');
	expect(await settings(db)).toMatchObject({ app_name: 'Acme Inc' });

	// After seeing the conflict, the admin may overwrite.
	await save.click();
	await expect.poll(() => settings(db)).toMatchObject({ app_name: 'Acme GmbH' });
	await expect(page.getByRole('alert')).toHaveCount(0);
});
