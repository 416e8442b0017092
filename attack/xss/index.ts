import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import type postgres from 'postgres';
import { logIn } from '../../e2e/support/dashboard-page';
import { signUpAgent } from '../../local-stack/testing/people';
import { keepSession } from '../../e2e/support/session';
import { WidgetPage } from '../../e2e/support/widget-page';
import type { Site } from '../../e2e/site/start-site';
import { chromiumLaunch, ensureChromium } from '../../scripts/chromium';
import { writeSupportReply } from '../../supabase/functions/_shared/support-reply.ts';
import type { AttackPart } from '../core/part';
import type { Report } from '../core/report';
import { payloads, type Payload } from './payloads';
import { plant, type Victim } from './places';
import { foreignElements, watchAlerts } from './watch';

/** Pages that show the settings of one payload; pages that show rows of all payloads come once, at the end. */
const PAGES_EACH = [
	'/chats',
	'/settings/general',
	'/settings/conversations',
	'/settings/templates',
];
const PAGES_ONCE = [
	...['/settings/team', '/settings/assignment', '/settings/problems', '/settings/webhooks'],
	...['/settings/notifications', '/settings/email', '/live', '/reports'],
];

/** Scripts in every text that people write, on every page of the product and in its emails. */
export const xssPart: AttackPart = {
	name: 'xss',
	what: 'payloads × places where text of people is shown, in Chromium',
	rounds: 1,
	async round({ report, site }) {
		ensureChromium(console.log);
		const browser = await chromium.launch(chromiumLaunch());
		try {
			const { sql, ...addresses } = await site();
			await sql`delete from public.support_webhooks`;
			await attackPages(browser, addresses, sql, report);
		} finally {
			await browser.close();
		}
	},
};

async function attackPages(browser: Browser, site: Site, sql: postgres.Sql, report: Report) {
	const admin = await signUpAgent(site, sql, 'admin');
	const context = await browser.newContext();
	const ran = await watchAlerts(context);
	const page = await context.newPage();
	await logIn(page, site.dashboardUrl, admin.email, admin.password);
	await page.waitForURL(/\/chats/);
	const places = new Map<Payload, string[]>();
	const problems = new Map<Payload, string[]>();
	for (const payload of payloads) {
		const victim = await plant(site, sql, payload);
		places.set(payload, victim.places);
		const found = [
			...(await visit(page, site, [`/chats/${victim.chatId}`, ...PAGES_EACH])),
			...(await showWidget(browser, site, victim, ran)),
			...(await showMail(context, payload)),
		];
		problems.set(payload, found);
	}
	const late = await visit(page, site, PAGES_ONCE);
	for (const payload of payloads) {
		const found = [...(problems.get(payload) ?? []), ...late];
		if (ran.includes(String(payload.index))) found.push('a script ran');
		for (const place of places.get(payload) ?? [])
			report.note(`${payload.text} as ${place}`, found);
	}
}

async function visit(page: Page, site: Site, paths: readonly string[]): Promise<string[]> {
	const problems: string[] = [];
	for (const path of paths) {
		const answer = await page.goto(site.dashboardUrl + path);
		if (!answer?.ok()) problems.push(`${path} answers ${answer?.status()}`);
		for (const element of await foreignElements(page))
			problems.push(`an element on ${path}: ${element}`);
	}
	return problems;
}

async function showWidget(browser: Browser, site: Site, { customer }: Victim, ran: string[]) {
	const context = await browser.newContext();
	const alerts = await watchAlerts(context);
	await keepSession(context, site, customer);
	const widget = new WidgetPage(await context.newPage());
	await widget.page.goto(site.hostUrl);
	await widget.launcher.click();
	await widget.messages.first().waitFor();
	const elements = await foreignElements(widget.page);
	ran.push(...alerts);
	await context.close();
	return elements.map((element) => `an element in the widget: ${element}`);
}

/** The email about an unread reply, opened in a careless web mail program. */
async function showMail(context: BrowserContext, { text }: Payload): Promise<string[]> {
	const mail = writeSupportReply({
		...{ appName: text, from: 'Acme <support@acme.example>', recipient: 'ada@example.com' },
		...{ chatUrl: 'https://acme.example/', unsubscribePage: 'https://acme.example/unsubscribe' },
		...{ unsubscribeEndpoint: 'https://acme.example/one-click', unsubscribeToken: 'a'.repeat(64) },
		...{ chatId: '00000000-0000-4000-8000-000000000000', locale: 'en' },
		messages: [{ content: text, sender_name: text }],
		customer: { name: text, email: text },
		templates: [
			{
				kind: 'user_reply',
				locale: 'en',
				subject: text,
				body: `${text} {{messages}} {{chat_link}}`,
			},
		],
	});
	const page = await context.newPage();
	await page.setContent(mail.html);
	const elements = await foreignElements(page);
	await page.close();
	return elements.map((element) => `an element in the mail: ${element}`);
}
