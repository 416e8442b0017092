import postgres from 'postgres';
import { chromium, type Browser, type Page } from 'playwright';
import { chromiumLaunch } from '../scripts/chromium';
import { DashboardPage, logIn } from '../e2e/support/dashboard-page';
import { createAgent, createPerson, signIn, storageKey } from '../e2e/support/people';
import { WidgetPage } from '../e2e/support/widget-page';
import type { Site } from '../e2e/site/start-site';

export interface BrowserToBrowser {
	browserVersion: string;
	/** Milliseconds from Enter in the customer's widget until the bubble stands in the dashboard's document. */
	measure(text: string): Promise<number>;
	stop(): Promise<void>;
}

/** A customer's page and a member of staff's page in one Chromium, looking at the same chat. */
export async function openBrowserToBrowser(site: Site): Promise<BrowserToBrowser> {
	const browser = await chromium.launch(chromiumLaunch());
	const { widget, email } = await openCustomer(browser, site);
	const staff = await openStaff(browser, site, email);
	return {
		browserVersion: browser.version(),
		async measure(text) {
			await widget.composer.fill(text);
			const arrived = watchFor(staff.page, text);
			await arrived.armed;
			const started = noteEnter(widget.page);
			await widget.composer.press('Enter');
			return (await arrived.at) - (await started);
		},
		stop: () => browser.close(),
	};
}

async function openCustomer(
	browser: Browser,
	site: Site,
): Promise<{ widget: WidgetPage; email: string }> {
	const person = await createPerson(site, 'bench');
	const context = await browser.newContext();
	await context.addInitScript(([key, session]) => localStorage.setItem(key, session), [
		storageKey(site),
		JSON.stringify(await signIn(site, person)),
	] as const);
	const page = await context.newPage();
	await page.goto(site.hostUrl);
	const widget = new WidgetPage(page);
	await widget.launcher.click();
	await widget.status('Connected').waitFor();
	await widget.composer.fill('Warm-up');
	await widget.composer.press('Enter');
	return { widget, email: person.email };
}

async function openStaff(browser: Browser, site: Site, email: string): Promise<DashboardPage> {
	const page = await (await browser.newContext()).newPage();
	const sql = postgres(site.databaseUrl, { max: 1, onnotice: () => {} });
	const agent = await createAgent(site, sql);
	await sql.end();
	await logIn(page, site.dashboardUrl, agent.email, agent.password);
	const staff = new DashboardPage(page, site.dashboardUrl);
	await staff.row(email).click();
	await staff.message('Warm-up').waitFor();
	return staff;
}

/** Both pages' clocks are this machine's: `timeOrigin + now()` is one scale for all of them. */
function watchFor(page: Page, text: string): { armed: Promise<void>; at: Promise<number> } {
	const armed = page.evaluate((wanted) => {
		const arrival = new Promise<number>((resolve) => {
			const log = document.querySelector('[role="log"]');
			if (!log) throw new Error('There is no log.');
			const observer = new MutationObserver(() => {
				if (!log.textContent.includes(wanted)) return;
				observer.disconnect();
				resolve(performance.timeOrigin + performance.now());
			});
			observer.observe(log, { childList: true, subtree: true, characterData: true });
		});
		Reflect.set(window, 'supportBenchArrival', arrival);
	}, text);
	const at = armed.then(() =>
		page.evaluate(async () => Number(await Reflect.get(window, 'supportBenchArrival'))),
	);
	return { armed, at };
}

/** When the key went down in the page: what the driver takes to get there is not the product's. */
function noteEnter(page: Page): Promise<number> {
	return page.evaluate(
		() =>
			new Promise<number>((resolve) => {
				const note = (event: KeyboardEvent): void => {
					if (event.key !== 'Enter') return;
					removeEventListener('keydown', note, { capture: true });
					resolve(performance.timeOrigin + performance.now());
				};
				addEventListener('keydown', note, { capture: true });
			}),
	);
}
