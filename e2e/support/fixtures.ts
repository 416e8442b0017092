import { test as base, expect, type BrowserContext } from '@playwright/test';
import type postgres from 'postgres';
import { connect } from '../../local-stack/postgres/connect';
import type { Site } from '../site/start-site';
import { DashboardPage, logIn } from './dashboard-page';
import { signUp, signUpAgent, type Account } from '../../local-stack/testing/people';
import { keepSession } from './session';
import { Network } from './network';
import { WidgetPage } from './widget-page';

export { expect };

/** A customer who is signed in on the host page; the widget is closed. */
export interface Customer {
	person: Account;
	context: BrowserContext;
	network: Network;
	widget: WidgetPage;
	/** Opens the same person's widget in another tab. `path` is the host page's address. */
	openTab(path?: string): Promise<WidgetPage>;
}

interface Fixtures {
	/** Makes another customer. `path` is the host page's address, for example `/?embed=twice`. */
	newCustomer(options?: { path?: string; phone?: boolean }): Promise<Customer>;
	customer: Customer;
	/** An admin of the team, signed in, with the inbox open. */
	dashboard: DashboardPage;
}

interface WorkerFixtures {
	site: Site;
	/** The database's owner: reads the stored rows and moves clocks. */
	db: postgres.Sql;
	agentState: Awaited<ReturnType<BrowserContext['storageState']>>;
}

export const test = base.extend<Fixtures & { freshSettings: undefined }, WorkerFixtures>({
	site: [
		async ({}, use) => {
			await use(JSON.parse(process.env.SUPPORT_CHAT_SITE ?? '{}'));
		},
		{ scope: 'worker' },
	],
	db: [
		async ({ site }, use) => {
			const sql = connect(site.databaseUrl, 2);
			await use(sql);
			await sql.end({ timeout: 5 });
		},
		{ scope: 'worker' },
	],
	agentState: [
		async ({ browser, site, db }, use) => {
			const context = await browser.newContext();
			const page = await context.newPage();
			const { email, password } = await signUpAgent(site, db, 'admin');
			await logIn(page, site.dashboardUrl, email, password);
			await expect(page).toHaveURL(/\/chats/);
			const state = await context.storageState();
			// An open page would keep an agent online in every later journey.
			await context.close();
			await use(state);
		},
		{ scope: 'worker' },
	],
	freshSettings: [
		async ({ db, site }, use) => {
			await db`update public.support_settings
				set app_name = 'Acme', chat_url = ${site.hostUrl}, email_enabled = true,
					email_delay = default, email_max_delay = default, messages_per_minute = 1000`;
			await use(undefined);
		},
		{ auto: true },
	],
	newCustomer: async ({ browser, site }, use) => {
		const contexts: BrowserContext[] = [];
		await use(async ({ path = '/', phone = false } = {}) => {
			const person = await signUp(site);
			const context = await browser.newContext({
				viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
				hasTouch: phone,
			});
			contexts.push(context);
			await keepSession(context, site, person);
			const network = await Network.of(context);
			const openTab = async (at = path): Promise<WidgetPage> => {
				const page = await context.newPage();
				await page.goto(site.hostUrl + at.replace('{user}', person.id));
				return new WidgetPage(page);
			};
			return { person, context, network, widget: await openTab(), openTab };
		});
		for (const context of contexts) await context.close();
	},
	customer: async ({ newCustomer }, use) => {
		await use(await newCustomer());
	},
	dashboard: async ({ browser, site, agentState }, use) => {
		const context = await browser.newContext({
			storageState: agentState,
			viewport: { width: 1440, height: 900 },
		});
		const dashboard = new DashboardPage(await context.newPage(), site.dashboardUrl);
		await dashboard.openInbox();
		await use(dashboard);
		await context.close();
	},
});
