import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type postgres from 'postgres';
import { expectNoViolations } from './support/accessibility';
import { newWriter, openAgent, type AgentPage } from './support/agents';
import { expect, test } from './support/fixtures';
import { mailsTo, tick } from './support/outbox';
import { listenForSounds } from './support/sounds';

const address = (): string => `team-${randomUUID().slice(0, 8)}@example.com`;

test.beforeEach(async ({ db }) => {
	await db`update public.support_settings
		set notify_new_conversation = default, notify_after_minutes = default, notification_emails = default,
			notification_locale = default, auto_assign = default, email_from = 'Acme <support@acme.example>',
			email_problem = null, email_problem_at = null`;
	await db`delete from public.support_email_templates`;
	await db`delete from public.support_notifications where kind = 'test'`;
});

test.afterEach(async ({ db, site }) => {
	await db`update public.support_settings set notify_new_conversation = default, dashboard_url = default`;
	await fetch(`${site.outboxUrl}/api/faults`, { method: 'PUT', body: '[]' });
});

/** Titles of the desktop notifications that a page shows. */
async function watchNotifications(agent: AgentPage): Promise<string[]> {
	const shown: string[] = [];
	await agent.context.grantPermissions(['notifications']);
	await agent.context.exposeBinding('noteNotification', (_source, title: string) => {
		shown.push(title);
	});
	await agent.context.addInitScript(() => {
		class Shown {
			static readonly permission = 'granted';
			static requestPermission = () => Promise.resolve('granted');
			onclick: (() => void) | null = null;
			constructor(title: string) {
				Reflect.apply(Reflect.get(window, 'noteNotification'), window, [title]);
			}
			close(): void {}
		}
		Reflect.set(window, 'Notification', Shown);
	});
	return shown;
}

/** Signs of a page in the background: title, icon and notifications. */
const lookAway = (page: Page): Promise<void> =>
	page.evaluate(() => {
		Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
		Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
		document.dispatchEvent(new Event('visibilitychange'));
	});

const icon = (page: Page): Promise<string> =>
	page.evaluate(() =>
		decodeURIComponent(document.querySelector('link[rel="icon"]')?.getAttribute('href') ?? ''),
	);

/** Lets time pass for the emails about one conversation. */
const elapse = (db: postgres.Sql, chatId: string): Promise<unknown> =>
	db`update public.support_notifications set due_at = now() where chat_id = ${chatId} and status = 'pending'`;

async function settle(db: postgres.Sql, chatId: string): Promise<string[]> {
	const statuses = async (): Promise<string[]> => {
		const rows = await db<{ status: string }[]>`select status from public.support_notifications
			where chat_id = ${chatId} and kind = 'staff_waiting' order by recipient`;
		return rows.map(({ status }) => status);
	};
	await expect
		.poll(
			async () => {
				await tick(db);
				const now = await statuses();
				return now.length > 0 && !now.includes('pending') && !now.includes('sending');
			},
			{ timeout: 30_000, intervals: [500, 1_000] },
		)
		.toBe(true);
	return statuses();
}

test('a new waiting conversation shows a toast, title and icon and plays a sound', async ({
	browser,
	site,
	db,
}) => {
	const mika = await openAgent(browser, site, db, 'Mika');
	const sounds = await listenForSounds(mika.context);
	await mika.openInbox();
	await mika.page.getByRole('heading', { name: 'Support Chats' }).click();
	const { person } = await newWriter(site, db, 'Is anybody there?');
	const toast = mika.told(`${person.email} is waiting for an agent`);
	await expect(toast).toBeVisible();
	await expect(toast).toContainText('Is anybody there?');
	await expect.poll(() => sounds).toHaveLength(1);
	await expect(mika.page).toHaveTitle(/^\(\d+\) /);
	await expect.poll(() => icon(mika.page)).toMatch(/^data:image\/svg\+xml,.*>\d\+?<\/text>/);
	await toast.getByRole('button', { name: 'Open' }).click();
	await expect(mika.page.getByRole('heading', { name: person.email })).toBeVisible();

	// An agent who opens the page needs no further notification.
	const next = await newWriter(site, db, 'Me too');
	const second = mika.told(`${next.person.email} is waiting for an agent`);
	await expect(second).toBeVisible();
	await mika.row(next.person.email).click();
	await expect(second).toBeHidden();
	await mika.context.close();
});

test('a new waiting conversation in a hidden tab shows a desktop notification and a title', async ({
	browser,
	site,
	db,
}) => {
	const mika = await openAgent(browser, site, db, 'Mika');
	const shown = await watchNotifications(mika);
	await mika.openInbox();
	await mika.page.getByRole('button', { name: 'Desktop notifications are off' }).click();
	await expect(
		mika.page.getByRole('button', { name: 'Desktop notifications are on' }),
	).toBeVisible();
	await lookAway(mika.page);
	const { person } = await newWriter(site, db, 'Hello?');
	await expect.poll(() => shown.filter((title) => title.includes(person.email))).toHaveLength(1);
	await expect(mika.page).toHaveTitle(new RegExp(`${person.email} is waiting for an agent`));
	await mika.context.close();
});

test('an assignment notifies only that agent, once, in one of their tabs', async ({
	browser,
	site,
	db,
}) => {
	const [mika, sam, kim] = await Promise.all([
		openAgent(browser, site, db, 'Mika'),
		openAgent(browser, site, db, 'Sam'),
		openAgent(browser, site, db, 'Kim'),
	]);
	const sounds = await listenForSounds(sam.context);
	await sam.openInbox();
	const second = await sam.context.newPage();
	await second.goto(`${sam.url}/chats`);
	await second.getByRole('heading', { name: 'Support Chats' }).click();
	const { person, chatId, conversation } = await newWriter(site, db, 'Please help');
	await mika.page.goto(`${mika.url}/chats/${chatId}`);
	await mika.button('Take').click();
	await expect(mika.bar).toContainText('You have this conversation');
	const before = sounds.length;
	await mika.transferTo(sam.name);

	const words = `${person.email} is assigned to you`;
	const toasts = (page: Page): Promise<number> =>
		page.getByRole('listitem').filter({ hasText: words }).count();
	await expect.poll(async () => (await toasts(sam.page)) + (await toasts(second))).toBe(1);
	await expect.poll(() => sounds.length).toBe(before + 1);
	for (const other of [mika, kim]) expect(await toasts(other.page)).toBe(0);
	const rows = await db`select agent_id from public.support_notifications
		where conversation_id = ${(await conversation()).id} and kind = 'staff_assigned'`;
	expect(rows).toEqual([{ agent_id: sam.person.id }]);

	// After a reload it is no longer new.
	await second.close();
	await sam.page.reload();
	await expect(sam.row(person.email)).toBeVisible();
	await expect.poll(() => toasts(sam.page)).toBe(0);
	for (const { context } of [mika, sam, kim]) await context.close();
});

test('an assignment whose broadcast was lost is shown when the dashboard reconnects', async ({
	browser,
	site,
	db,
}) => {
	const sam = await openAgent(browser, site, db, 'Sam');
	await sam.openInbox();
	const { person, conversation } = await newWriter(site, db, 'Please help');
	const { id } = await conversation();
	await sam.page.goto('about:blank');
	await db`select public.support_notify_agent(${sam.person.id}, ${id}, 'The customer is angry')`;
	await sam.openInbox();
	const toast = sam.told(`You are needed in the chat with ${person.email}`);
	await expect(toast).toBeVisible();
	await expect(toast).toContainText('The customer is angry');
	await sam.context.close();
});

test('a conversation that no agent takes in time is emailed once; one that is taken is not', async ({
	dashboard: { page, url },
	site,
	db,
}) => {
	const to = address();
	await db`update public.support_settings set dashboard_url = ${site.dashboardUrl}`;
	await page.goto(`${url}/settings/notifications`);
	await page.getByRole('switch', { name: 'Send an email when no one takes' }).check();
	await page.getByLabel('Send to').fill(`${to}, nobody`);
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	const field = page.getByLabel('Send to');
	await expect(field).toHaveAccessibleDescription(/“nobody” is not an email address/);
	await expect(field).toHaveValue(`${to}, nobody`);
	await field.fill(to);
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(page.getByText('Saved.', { exact: true })).toBeVisible();

	const waiting = await newWriter(site, db, 'Is <b>anybody</b> there?');
	const taken = await newWriter(site, db, 'Me first');
	const { id } = await taken.conversation();
	await db`select support_private.transition_conversation(${id}, 'active',
		(select user_id from public.support_agents limit 1))`;
	await tick(db);
	expect(await mailsTo(site, to)).toEqual([]);
	for (const { chatId } of [waiting, taken]) await elapse(db, chatId);
	expect(await settle(db, waiting.chatId)).toEqual(['sent']);
	expect(await settle(db, taken.chatId)).toEqual(['skipped']);
	await tick(db);
	const [mail, ...others] = await mailsTo(site, to);
	expect(others).toEqual([]);
	expect(mail?.subject).toBe(`${waiting.person.email} is waiting for a reply`);
	expect(mail?.text).toContain('Is <b>anybody</b> there?');
	expect(mail?.html).not.toContain('<b>anybody');

	await page.goto(`${url}/settings/notifications?kind=staff_waiting`);
	const notices = page.getByRole('region', { name: 'All notifications' }).getByRole('listitem');
	await expect(
		notices.filter({ hasText: to }).filter({ hasText: 'Accepted by the mail provider' }),
	).toHaveCount(1);
	await expect(
		notices.filter({ hasText: to }).filter({ hasText: 'An agent took the conversation in time' }),
	).toHaveCount(1);
	await page.goto(mail?.html?.match(/href="([^"]+)"/)?.[1] ?? '');
	await expect(page.getByRole('heading', { name: waiting.person.email })).toBeVisible();
});

test("a test email and the provider's answer appear without a reload", async ({
	dashboard: { page, url },
	site,
}) => {
	await page.goto(`${url}/settings/notifications`);
	const to = address();
	await page.getByLabel('To', { exact: true }).fill('not an address');
	await page.getByRole('button', { name: 'Send test email' }).click();
	await expect(page.getByLabel('To', { exact: true })).toHaveAccessibleDescription(
		/Enter one email address/,
	);
	await expect(page.getByLabel('To', { exact: true })).toHaveValue('not an address');
	await page.getByLabel('To', { exact: true }).fill(to);
	await page.getByRole('button', { name: 'Send test email' }).click();
	await expect(page.getByText(`The mail provider accepted it for ${to}.`)).toBeVisible({
		timeout: 20_000,
	});
	const attempts = page.getByRole('list', { name: `Attempts for ${to}` });
	await expect(attempts).toContainText('Attempt 1: Accepted by the mail provider');
	expect(await mailsTo(site, to)).toHaveLength(1);
});

test("a provider's rejection is quoted, and the checklist points at it", async ({
	dashboard: { page, url },
	site,
}) => {
	const to = address();
	const fault = {
		kind: 'status',
		status: 422,
		name: 'validation_error',
		message: 'No such domain',
		to,
	};
	await fetch(`${site.outboxUrl}/api/faults`, { method: 'PUT', body: JSON.stringify([fault]) });
	await page.goto(`${url}/settings/notifications`);
	await page.getByLabel('To', { exact: true }).fill(to);
	await page.getByRole('button', { name: 'Send test email' }).click();
	const said = '422 validation_error: No such domain';
	await expect(page.getByText(`The mail provider rejected it: ${said}`)).toBeVisible({
		timeout: 20_000,
	});
	await expect(page.getByRole('list', { name: `Attempts for ${to}` })).toContainText(said);
	await expect(page.getByRole('region', { name: 'Not getting notifications?' })).toContainText(
		'rejected recently',
	);
	await page.getByLabel('Status').selectOption('failed');
	await expect(page).toHaveURL(/status=failed/);
	await expect(page.getByRole('list', { name: `Attempts for ${to}` })).toBeVisible();
});

test('a filter that is chosen while the list loads itself again is kept', async ({
	dashboard: { page, url },
	db,
}) => {
	// Something is about to be sent, so the list loads itself again every two seconds.
	await db`
		insert into public.support_notifications (kind, recipient, due_at)
		values ('test', ${address()}, now() + interval '40 seconds')`;
	await page.clock.install();
	await page.goto(`${url}/settings/notifications`);
	let release = (): void => {};
	const held = new Promise<void>((resolve) => (release = resolve));
	await page.route(/__data\.json.*status=failed/, async (route) => {
		await held;
		await route.continue();
	});
	const asked = page.waitForRequest(/status=failed/);
	await page.getByLabel('Status').selectOption('failed');
	await asked;
	await page.clock.fastForward(5_000);
	release();
	await expect(page).toHaveURL(/status=failed/);
});

test('without a sender the checklist and the problem say what to do', async ({
	dashboard: { page, url },
	db,
}) => {
	await db`update public.support_settings set email_from = null`;
	await page.goto(`${url}/settings/notifications`);
	await page.getByLabel('To', { exact: true }).fill(address());
	await page.getByRole('button', { name: 'Send test email' }).click();
	await expect(page.getByText('Emails are not being sent')).toBeVisible({ timeout: 20_000 });
	const list = page.getByRole('region', { name: 'Not getting notifications?' });
	await expect(
		list.getByRole('listitem').filter({ hasText: 'The sender is not set' }).first(),
	).toContainText('Needs attention');
});

test('an admin changes, previews, sends and resets the text of an email', async ({
	dashboard,
	customer: { widget, person },
	site,
	db,
}) => {
	const { page, url } = dashboard;
	await page.goto(`${url}/settings/email`);
	await page.getByRole('link', { name: 'Edit email texts' }).click();
	const subject = page.getByLabel('Subject', { exact: true });
	const text = page.getByLabel('Text', { exact: true });
	await expect(subject).toHaveValue('New reply from {{app_name}} Support');
	await subject.fill('Post from ');
	await page
		.getByRole('group', { name: 'Subject: Insert' })
		.getByRole('button', { name: 'App name' })
		.click();
	await expect(subject).toHaveValue('Post from {{app_name}}');
	await text.fill('Ahoy <b>sailor</b>\n\n{{mesages}}\n\n{{chat_link}}');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(text).toHaveAccessibleDescription(/\{\{mesages\}\} is not a variable of this email/);
	await expect(text).toHaveValue('Ahoy <b>sailor</b>\n\n{{mesages}}\n\n{{chat_link}}');
	await text.fill('Ahoy <b>sailor</b>\n\n{{messages}}\n\n{{chat_link}}');
	const preview = page.getByRole('region', { name: 'Preview' });
	await expect(preview.getByText('Post from Acme', { exact: true })).toBeVisible();
	const frame = preview.frameLocator('iframe');
	await expect(frame.getByText('Ahoy <b>sailor</b>')).toBeVisible();
	await expect(frame.getByRole('link', { name: 'Unsubscribe' })).toBeVisible();
	await expect(preview.locator('pre')).toContainText('Ahoy <b>sailor</b>');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
	await expect(subject).toHaveValue('Post from {{app_name}}');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(subject).toHaveValue('Post from {{app_name}}');

	await db`update public.support_settings set email_delay = '0', email_max_delay = '0'`;
	await widget.open();
	await widget.sendAndLeave('I have to go');
	await dashboard.openInbox();
	await dashboard.openChat(person.email);
	await dashboard.send('Here is the answer');
	await expect
		.poll(
			async () => {
				await tick(db);
				return mailsTo(site, person.email);
			},
			{ timeout: 30_000, intervals: [500, 1_000] },
		)
		.toMatchObject([
			{
				subject: 'Post from Acme',
				text: expect.stringMatching(
					/^Ahoy <b>sailor<\/b>\n[^]*> Here is the answer[^]*Unsubscribe/,
				),
			},
		]);

	await page.goto(`${url}/settings/templates`);
	await page.getByRole('button', { name: 'Reset to default' }).click();
	await expect(subject).toHaveValue('New reply from {{app_name}} Support');
	await page.getByLabel('Language').selectOption('de');
	await expect(subject).toHaveValue('Neue Antwort vom Support von {{app_name}}');
	// Switching to another email keeps unsaved text.
	await subject.fill('Noch nicht fertig');
	await expect(page.getByText('Not saved yet.')).toBeVisible();
	await page.getByLabel('Template').selectOption('staff_waiting');
	await expect(subject).toHaveValue('{{customer}} wartet auf eine Antwort');
	await page.getByLabel('Template').selectOption('user_reply');
	await expect(subject).toHaveValue('Noch nicht fertig');
	await page.getByRole('link', { name: 'Notifications' }).click();
	await expect(page.getByRole('heading', { name: 'Notifications', exact: true })).toBeVisible();
	await page.goBack();
	await expect(subject).toHaveValue('Noch nicht fertig');
});

test('agents can neither see the notices nor change the texts', async ({ browser, site, db }) => {
	const sam = await openAgent(browser, site, db, 'Sam');
	for (const path of ['notifications', 'templates']) {
		await sam.page.goto(`${sam.url}/settings/${path}`);
		await expect(sam.page).toHaveURL(/admins-only/);
	}
	await sam.context.close();
});

test('the pages are accessible, on a phone too', async ({ dashboard: { page, url } }) => {
	for (const path of ['notifications', 'templates'])
		for (const size of [
			{ width: 1440, height: 900 },
			{ width: 390, height: 844 },
		]) {
			await page.setViewportSize(size);
			await page.goto(`${url}/settings/${path}`);
			await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
			// The accessibility checker cannot enter a frame without scripts; its content is the email.
			for (const frame of await page.locator('iframe').all()) {
				await expect(frame).toHaveAttribute('title', /./);
				await frame.evaluate((node) => node.remove());
			}
			await expectNoViolations(page);
			const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
			expect(wide).toBe(false);
		}
});
