import type { Browser } from 'playwright';
import type postgres from 'postgres';
import { startDashboard } from '../../e2e/site/dashboard';
import { startHostServer } from '../../e2e/site/host-server';
import type { Site } from '../../e2e/site/start-site';
import { DashboardPage, logIn } from '../../e2e/support/dashboard-page';
import { signUp, signUpAgent, type Account } from '../../local-stack/testing/people';
import { keepSession } from '../../e2e/support/session';
import { WidgetPage } from '../../e2e/support/widget-page';
import type { Cleanup } from '../../local-stack/stack/cleanup';
import { reservePort } from '../../local-stack/stack/ports';

/** A customer and an agent in one chat, each with a browser whose network is the proxy's. */
export interface Pages {
	customer: Account;
	widget: WidgetPage;
	dashboard: DashboardPage;
}

/**
 * Opens both while the network is healthy; the customer's first message makes the chat. `cleanup` stops
 * everything.
 */
export async function openPages(
	browser: Browser,
	site: Site,
	sql: postgres.Sql,
	apiUrl: string,
	cleanup: Cleanup,
): Promise<Pages> {
	const throughProxy = { ...site, apiUrl };
	const served = await startDashboard(await reservePort(0, 'dashboard'), throughProxy);
	cleanup.add(() => served.stop());
	const host = await startHostServer({ ...throughProxy, dashboardUrl: served.url });
	cleanup.add(() => host.stop());
	const customer = await signUp(site);
	const contexts = [await browser.newContext(), await browser.newContext()] as const;
	for (const context of contexts) cleanup.add(() => context.close());

	await keepSession(contexts[0], { apiUrl, hostUrl: host.url }, customer);
	const widget = new WidgetPage(await contexts[0].newPage());
	await widget.page.goto(host.url);
	await widget.launcher.click();
	await widget.composer.fill('The first message');
	await widget.composer.press('Enter');
	await widget.page.locator('[data-status="sent"]').waitFor();

	const agent = await signUpAgent(site, sql, 'admin');
	const dashboard = new DashboardPage(await contexts[1].newPage(), served.url);
	await logIn(dashboard.page, served.url, agent.email, agent.password);
	await dashboard.row(customer.email).click();
	await dashboard.message('The first message').waitFor();
	return { customer, widget, dashboard };
}
