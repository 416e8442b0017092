import { connect } from '../local-stack/postgres/connect';
import { chromium, type Browser, type Page } from 'playwright';
import { chromiumLaunch } from '../scripts/chromium';
import { DashboardPage, logIn } from '../e2e/support/dashboard-page';
import { signUp, signUpAgent } from '../local-stack/testing/people';
import { keepSession } from '../e2e/support/session';
import { WidgetPage } from '../e2e/support/widget-page';
import type { Site } from '../e2e/site/start-site';

export interface BrowserToBrowser {
	browserVersion: string;
	/** Milliseconds from Enter in the customer's widget until the bubble is in the dashboard's document. */
	measure(text: string): Promise<number>;
	stop(): Promise<void>;
}

/** A customer's page and an agent's page in one Chromium, showing the same chat. */
export async function openBrowserToBrowser(site: Site): Promise<BrowserToBrowser> {
	const browser = await chromium.launch(chromiumLaunch());
	const { widget, email } = await openCustomer(browser, site);
	const dashboard = await openAgent(browser, site, email);
	return {
		browserVersion: browser.version(),
		async measure(text) {
			await widget.composer.fill(text);
			await watchForText(dashboard.page, text);
			await watchForEnter(widget.page);
			await widget.composer.press('Enter');
			return (await moment(dashboard.page)) - (await moment(widget.page));
		},
		stop: () => browser.close(),
	};
}

async function openCustomer(
	browser: Browser,
	site: Site,
): Promise<{ widget: WidgetPage; email: string }> {
	const person = await signUp(site, { name: 'bench' });
	const context = await browser.newContext();
	await keepSession(context, site, person);
	const page = await context.newPage();
	await page.goto(site.hostUrl);
	const widget = new WidgetPage(page);
	await widget.launcher.click();
	await widget.status('Connected').waitFor();
	await widget.composer.fill('Warm-up');
	await widget.composer.press('Enter');
	return { widget, email: person.email };
}

async function openAgent(browser: Browser, site: Site, email: string): Promise<DashboardPage> {
	const page = await (await browser.newContext()).newPage();
	const sql = connect(site.databaseUrl, 1);
	const agent = await signUpAgent(site, sql, 'admin');
	await sql.end();
	await logIn(page, site.dashboardUrl, agent.email, agent.password);
	const dashboard = new DashboardPage(page, site.dashboardUrl);
	await dashboard.row(email).click();
	await dashboard.message('Warm-up').waitFor();
	return dashboard;
}

/** Makes a page record when `text` is in its log. */
function watchForText(page: Page, text: string): Promise<void> {
	return page.evaluate((wanted) => {
		const log = document.querySelector('[role="log"]');
		if (!log) throw new Error('There is no log.');
		const arrival = new Promise<number>((resolve) => {
			const observer = new MutationObserver(() => {
				if (!log.textContent.includes(wanted)) return;
				observer.disconnect();
				resolve(performance.timeOrigin + performance.now());
			});
			observer.observe(log, { childList: true, subtree: true, characterData: true });
		});
		Reflect.set(window, 'supportBenchMoment', arrival);
	}, text);
}

/** Makes a page record the key press: the driver's own delay does not count. */
function watchForEnter(page: Page): Promise<void> {
	return page.evaluate(() => {
		const pressed = new Promise<number>((resolve) => {
			addEventListener('keydown', () => resolve(performance.timeOrigin + performance.now()), {
				capture: true,
				once: true,
			});
		});
		Reflect.set(window, 'supportBenchMoment', pressed);
	});
}

/**
 * The recorded time in milliseconds. All pages share this machine's clock: `timeOrigin + now()` is one scale.
 */
function moment(page: Page): Promise<number> {
	return page.evaluate(async () => Number(await Reflect.get(window, 'supportBenchMoment')));
}
