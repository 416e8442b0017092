import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type postgres from 'postgres';
import { expectNoViolations } from './support/accessibility';
import { logIn } from './support/dashboard-page';
import { expect, test } from './support/fixtures';
import { addAgent, signUp, signUpAgent } from '../local-stack/testing/people';

const PAGES = [
	...['general', 'conversations', 'hours', 'assignment', 'team', 'email', 'webhooks', 'problems'],
];

test.beforeEach(async ({ db }) => {
	await db`update public.support_settings
		set welcome_message = default, inactivity_minutes = default, delete_history = default,
			time_zone = default, auto_assign = default, email_problem = null, email_problem_at = null`;
	await db`delete from public.support_schedules`;
	await db`delete from public.support_assignment_rules`;
	await db`delete from public.support_faults`;
	await db`delete from public.support_conversations where started_at < '2020-01-01'`;
});

/** No conversation is older: reports of 2019 contain only this test's rows. */
async function addConversations(db: postgres.Sql, userId: string): Promise<void> {
	await db.begin(async (sql) => {
		const [chat] = await sql<{ id: string }[]>`insert into public.support_chats (user_id)
			values (${userId}) returning id`;
		// Conversations of the past cannot be created through the API's state changes.
		await sql`alter table public.support_conversations disable trigger user`;
		await sql`insert into public.support_conversations
			(chat_id, status, agent_id, started_at, accepted_at, first_response_at, ended_at, ended_by, rating, user_snapshot)
			select ${chat?.id ?? ''}::uuid, 'ended',
				(select user_id from public.support_agents where display_name = 'Mika' limit 1),
				t.at, t.at + interval '1 minute', t.at + interval '2 minutes', t.at + interval '11 minutes',
				'user', t.rating, jsonb_build_object('page', t.page)
			from (values
				('2019-03-04 10:00+00'::timestamptz, 5, '/billing'),
				('2019-03-04 12:00+00'::timestamptz, 4, '=cmd|'' /C calc''!A0'),
				('2019-03-06 10:00+00'::timestamptz, null, '/billing')
			) t (at, rating, page)`;
		await sql`alter table public.support_conversations enable trigger user`;
	});
}

const save = (page: Page) =>
	page.getByRole('button', { name: 'Save', exact: true }).first().click();

test('an admin changes settings, and they take effect', async ({
	dashboard: { page, url },
	db,
}) => {
	await page.getByRole('link', { name: 'Settings' }).click();
	await expect(page.getByRole('heading', { name: 'General' })).toBeVisible();
	await page.getByLabel('App name').fill('  Globex  ');
	await save(page);
	await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
	await expect(page.getByLabel('App name')).toHaveValue('Globex');

	await page.getByRole('link', { name: 'Conversations' }).click();
	const welcome = page.getByRole('group', { name: 'Welcome message' });
	await welcome.getByRole('button', { name: 'Add a language' }).click();
	await welcome.getByRole('textbox', { name: 'Text' }).fill('Hello! How can we help?');
	await page.getByLabel('Customers can delete ended conversations').selectOption('erase');
	await page.getByLabel('End after inactivity').fill('45');
	await page.getByRole('switch', { name: 'Customers can see earlier' }).uncheck();
	await save(page);
	await expect
		.poll(
			() => db`select welcome_message, delete_history, inactivity_minutes, allow_view_history
			from public.support_settings`,
		)
		.toEqual([
			expect.objectContaining({
				welcome_message: { en: 'Hello! How can we help?' },
				delete_history: 'erase',
				allow_view_history: false,
			}),
		]);
	await expect(page.getByLabel('Customers can delete')).toHaveValue('erase');
	await page.goto(`${url}/settings/conversations`);
	await expect(page.getByLabel('Customers can delete')).toHaveValue('erase');
	await expect(page.getByLabel('End after inactivity')).toHaveValue('45');
	await expect(welcome.getByRole('textbox', { name: 'Text' })).toHaveValue(
		'Hello! How can we help?',
	);
	await db`update public.support_settings set allow_view_history = default`;
});

test('an invalid setting shows its problem at the field, and the text stays', async ({
	dashboard: { page, url },
	db,
}) => {
	await page.goto(`${url}/settings/general`);
	await page.getByLabel('App name').fill('Initech');
	await page.getByLabel('Chat page URL').fill('javascript:alert(1)');
	await save(page);
	const address = page.getByLabel('Chat page URL');
	await expect(address).toBeFocused();
	await expect(address).toHaveAccessibleDescription(/Enter a full URL/);
	await expect(page.getByLabel('App name')).toHaveValue('Initech');
	expect(await db`select app_name from public.support_settings`).toEqual([{ app_name: 'Acme' }]);

	// No list offers this time zone: the database rejects it, and the form shows the problem at the field.
	await page.goto(`${url}/settings/hours`);
	const zone = page.getByLabel('Time zone');
	await zone.evaluate((select) => {
		select.append(new Option('Mars', 'Mars/Olympus', true, true));
	});
	await save(page);
	await expect(zone).toHaveAccessibleDescription(/Unknown time zone/);
});

test('working hours and assignment rules are added and removed', async ({
	dashboard: { page, url },
	db,
}) => {
	await page.goto(`${url}/settings/hours`);
	await expect(page.getByText('No working hours yet')).toBeVisible();
	await page.getByRole('button', { name: 'Add hours' }).click();
	await expect(page.getByRole('button', { name: 'Remove Friday, 09:00 to 17:00' })).toBeVisible();
	expect(await db`select from public.support_schedules`).toHaveLength(5);
	await page.getByRole('button', { name: 'Add hours' }).click();
	await expect(page.getByText('There are already hours that start at this time.')).toBeVisible();
	await page.getByRole('button', { name: 'Remove Friday, 09:00 to 17:00' }).click();
	await expect.poll(() => db`select from public.support_schedules`).toHaveLength(4);

	await page.goto(`${url}/settings/assignment`);
	await page.getByText('Add a rule').click();
	await page.getByLabel('Name', { exact: true }).fill('Enterprise first');
	await page.getByLabel('When').selectOption('attribute');
	await page.getByLabel('Weight').fill('10');
	await page.getByRole('button', { name: 'Save' }).last().click();
	await expect(page.getByText('Enter a field and its value.')).toBeVisible();
	await page.getByLabel('Field of app_metadata').fill('plan');
	await page.getByLabel('Is', { exact: true }).fill('enterprise');
	await page.getByRole('button', { name: 'Save' }).last().click();
	await expect(page.getByText('plan is enterprise: senior agents +10')).toBeVisible();
	await page.getByRole('button', { name: 'Remove rule Enterprise first' }).click();
	await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
	await expect.poll(() => db`select from public.support_assignment_rules`).toEqual([]);
});

test('an admin adds, changes and removes agents', async ({
	dashboard: { page, url },
	site,
	db,
}) => {
	const person = await signUp(site, { name: 'new-agent' });
	await page.goto(`${url}/settings/team`);
	const invite = page.getByRole('form', { name: 'Add agent' });
	await invite.getByLabel('Email').fill('nobody-at-all@example.com');
	await invite.getByRole('button', { name: 'Add to team' }).click();
	await expect(invite.getByText('No confirmed account in your app has this address')).toBeVisible();

	await invite.getByLabel('Email').fill(person.email);
	await invite.getByLabel('Display name').fill('Nova');
	await invite.getByRole('button', { name: 'Add to team' }).click();
	const member = page.getByRole('listitem').filter({ hasText: person.email });
	await expect(member).toContainText('Offline');
	await expect(invite.getByLabel('Email')).toHaveValue('');

	await member.locator('summary').click();
	await member.getByLabel('Tier').selectOption('senior');
	await member.getByLabel('Active conversation limit').fill('3');
	await member.getByRole('button', { name: 'Save' }).click();
	await expect(member).toContainText('0 of 3 active');

	await member.getByRole('button', { name: 'Remove Nova' }).click();
	const dialog = page.getByRole('alertdialog', { name: 'Remove Nova from the team?' });
	await dialog.getByRole('button', { name: 'Cancel' }).click();
	await expect(dialog).toBeHidden();
	expect(await db`select from public.support_agents where user_id = ${person.id}`).toHaveLength(1);
	await member.getByRole('button', { name: 'Remove Nova' }).click();
	await expect(dialog).toBeVisible();
	await expectNoViolations(page, '[role="alertdialog"]');
	await dialog.getByRole('button', { name: 'Remove' }).click();
	await expect(member).toHaveCount(0);
	expect(await db`select from public.support_agents where user_id = ${person.id}`).toEqual([]);
});

test('the only admin cannot be made an agent', async ({ page, site, db }) => {
	const admins = await db<
		{ user_id: string }[]
	>`select user_id from public.support_agents where role = 'admin'`;
	const person = await signUp(site, { name: 'only-admin' });
	await db`update public.support_agents set role = 'agent'`;
	await addAgent(db, person, 'admin', 'Solo');
	try {
		await logIn(page, site.dashboardUrl, person.email, person.password);
		await expect(page).toHaveURL(/chats/);
		await page.goto(`${site.dashboardUrl}/settings/team`);
		const self = page.getByRole('listitem').filter({ hasText: person.email });
		await self.locator('summary').click();
		await self.getByLabel('Role').selectOption('agent');
		await self.getByRole('button', { name: 'Save' }).click();
		await expect(self.getByRole('alert')).toContainText('This is the only admin');
		await self.getByRole('button', { name: 'Remove Solo' }).click();
		const dialog = page.getByRole('alertdialog');
		await dialog.getByRole('button', { name: 'Remove' }).click();
		await expect(dialog.getByRole('alert')).toContainText('This is the only admin');
	} finally {
		await db`update public.support_agents set role = 'admin' where user_id in ${db(admins.map(({ user_id }) => user_id))}`;
		await db`delete from public.support_agents where user_id = ${person.id}`;
	}
});

test('an agent without the admin role can neither open nor change the settings', async ({
	page,
	site,
	db,
}) => {
	const person = await signUpAgent(site, db, 'agent', 'Sam');
	await logIn(page, site.dashboardUrl, person.email, person.password);
	await expect(page.getByRole('link', { name: 'Reports' })).toBeVisible();
	await expect(page.getByRole('link', { name: 'Settings' })).toHaveCount(0);
	for (const name of PAGES) {
		await page.goto(`${site.dashboardUrl}/settings/${name}`);
		await expect(
			page.getByRole('heading', { name: 'Only admins can change settings' }),
		).toBeVisible();
	}
	await expectNoViolations(page);
	for (const action of [
		'general?/save',
		'team?/invite',
		'team?/remove',
		'webhooks?/add',
		'problems?/dismiss',
	]) {
		const answer = await page.request.post(`${site.dashboardUrl}/settings/${action}`, {
			form: { app_name: 'Mine', email: person.email },
			headers: { origin: site.dashboardUrl },
		});
		expect(answer.status()).toBe(403);
	}
	expect(await db`select app_name from public.support_settings`).toEqual([{ app_name: 'Acme' }]);
	await page.goto(`${site.dashboardUrl}/live`);
	await expect(page.getByRole('heading', { name: 'Live' })).toBeVisible();
	await db`delete from public.support_agents where user_id = ${person.id}`;
});

test('reports count, and their CSV exports hold no formulas', async ({
	dashboard: { page, url },
	site,
	db,
}) => {
	const person = await signUp(site, { name: 'reported' });
	await addConversations(db, person.id);
	await page.getByRole('link', { name: 'Reports' }).click();
	await expect(page.getByRole('heading', { name: 'Reports' })).toBeVisible();
	await page.getByLabel('From').fill('2019-03-01');
	await page.getByLabel('To', { exact: true }).fill('2019-03-07');
	await page.getByRole('button', { name: 'Show', exact: true }).click();
	await expect(page).toHaveURL(/from=2019-03-01&to=2019-03-07/);
	await expect(page.locator('canvas')).toBeVisible();

	await page.getByText('Show as table').click();
	const days = page.getByRole('table', { name: 'Conversations per day' });
	await expect(days.getByRole('row', { name: 'Mar 4, 2019 2' })).toBeVisible();
	await expect(days.getByRole('row', { name: 'Mar 5, 2019 0' })).toBeVisible();
	const agents = page.getByRole('table', { name: 'Times and ratings' });
	await expect(
		agents.getByRole('row', { name: /^All 3 3 1m 1m 2m 2m 10m 10m 2 4\.50/ }),
	).toBeVisible();
	await expect(page.getByRole('row', { name: '5 stars 1 50%' })).toBeVisible();
	await expect(page.getByText('1 of 1 customers')).toBeVisible();

	const downloading = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Download Pages where conversations start as CSV' }).click();
	const download = await downloading;
	expect(download.suggestedFilename()).toBe('support-pages-2019-03-01-to-2019-03-07.csv');
	expect(await readFile(await download.path(), 'utf8')).toBe(
		"\uFEFFPage,Conversations\r\n/billing,2\r\n'=cmd|' /C calc'!A0,1\r\n",
	);
	expect((await page.request.get(`${url}/reports/secrets.csv`)).status()).toBe(404);
	expect((await page.request.get(`${url}/reports/days.csv?from=x&to=y`)).status()).toBe(400);

	await page.goto(`${url}/reports?from=2019-03-07&to=2019-03-01`);
	await expect(page.getByRole('alert')).toContainText('The first day must be before the last');
	await page.goto(`${url}/reports?from=2018-03-01&to=2018-03-02`);
	await expect(page.getByText('No conversations in this period')).toBeVisible();
});

test('the live page shows waiting customers without a reload', async ({
	customer: { widget },
	dashboard,
	db,
}) => {
	const { page } = dashboard;
	await db`update public.support_chats set archived_at = now() where archived_at is null`;
	await page.getByRole('link', { name: 'Live', exact: true }).click();
	const waiting = page.locator('dl > div').filter({ hasText: 'Longest wait' });
	await expect(waiting).toContainText('No one is waiting');
	await widget.open();
	await widget.send('Is somebody there?');
	await expect(waiting.locator('.value')).toHaveText(/^\d+s$/);
	const seconds = await waiting.locator('.value').textContent();
	await expect(waiting.locator('.value')).not.toHaveText(seconds ?? '');
	await db`insert into public.support_faults (source, message) values ('support_assignment_score', 'division by zero')`;
	await page.getByRole('link', { name: 'Settings' }).click();
	await page.getByRole('link', { name: /Problems/ }).click();
	await expect(page.getByText('division by zero')).toBeVisible();
	await page.getByRole('button', { name: /Dismiss/ }).click();
	await expect(page.getByText('No problems.')).toBeVisible();
	expect(await db`select from public.support_faults`).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`settings, reports and live have no accessibility fault, ${colorScheme}, wide and on a phone`, async ({
		dashboard: { page, url },
		site,
		db,
	}) => {
		test.slow(); // nine pages, twice
		await addConversations(db, (await signUp(site, { name: 'counted' })).id);
		await db`update public.support_settings set email_problem = 'support_email_no_key', email_problem_at = now()`;
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		const reports = 'reports?from=2019-03-01&to=2019-03-07';
		for (const width of [1440, 390]) {
			await page.setViewportSize({ width, height: 844 });
			for (const path of [...PAGES.map((name) => `settings/${name}`), reports, 'live']) {
				await page.goto(`${url}/${path}`);
				await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
				await expectNoViolations(page);
				const overflow = await page.evaluate(
					() => document.documentElement.scrollWidth - innerWidth,
				);
				expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
			}
		}
	});
}
