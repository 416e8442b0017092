import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser, type Locator } from 'playwright';
import type postgres from 'postgres';
import type { Site } from '../../e2e/site/start-site';
import { chromiumLaunch, ensureChromium } from '../../scripts/chromium';
import type { AttackPart } from '../core/part';
import type { Random } from '../core/random';
import type { Report } from '../core/report';
import { Cleanup } from '../../local-stack/stack/cleanup';
import { FaultProxy } from './fault-proxy';
import { openPages, type Pages } from './pages';
import { describeSchedule, drawSchedule, playSchedule } from './schedule';

const FAULTS = 7;
const MESSAGES = 8;
/**
 * The time after the last fault until every screen must be right: the longest pause between two tries is 30 s.
 */
const SETTLED_MS = 90_000;

/** Widget and dashboard in Chromium, behind a network that cuts, stalls, delays and loses bytes. */
export const proxyPart: AttackPart = {
	name: 'proxy',
	what: 'schedules of network faults between the pages in Chromium and the API',
	rounds: 9,
	async round({ random, report, site }) {
		ensureChromium(console.log);
		const browser = await chromium.launch(chromiumLaunch());
		try {
			const { sql, ...addresses } = await site();
			// Another part may have left a welcome message; system messages are not counted here.
			await sql`update public.support_settings set welcome_message = default, end_message = default`;
			await attackNetwork({ browser, site: addresses, sql, random, report });
		} finally {
			await browser.close();
		}
	},
};

export interface NetworkAttack {
	browser: Browser;
	site: Site;
	sql: postgres.Sql;
	random: Random;
	report: Report;
}

/** Both write while the network is bad. Afterwards both screens show each stored message once, in order. */
export async function attackNetwork({
	browser,
	site,
	sql,
	random,
	report,
}: NetworkAttack): Promise<void> {
	const cleanup = new Cleanup();
	try {
		const proxy = await FaultProxy.start(site.apiUrl);
		cleanup.add(() => proxy.stop());
		const pages = await openPages(browser, site, sql, proxy.url, cleanup);
		const schedule = drawSchedule(random, FAULTS);
		const [customers, agents] = await Promise.all([
			write(pages.widget.composer, 'customer', random.fork('customer')),
			write(pages.dashboard.composer, 'agent', random.fork('agent')),
			playSchedule(proxy, schedule),
		]);
		const sent = ['The first message', ...customers, ...agents];
		const screens = await settle(pages, sql, sent.length);
		const faults = describeSchedule(schedule);
		for (const text of sent) {
			const times = screens.stored.filter((one) => one === text).length;
			report.note(
				`"${text}" is sent during ${faults}`,
				times === 1 ? [] : [`is stored ${times} times`],
			);
		}
		for (const name of ['widget', 'dashboard'] as const) {
			const isEqual = screens[name].join('\n') === screens.stored.join('\n');
			const difference = `shows ${JSON.stringify(screens[name])}, stored is ${JSON.stringify(screens.stored)}`;
			report.note(`the ${name} after ${faults}`, isEqual ? [] : [difference]);
		}
	} finally {
		await cleanup.run();
	}
}

/** Writes message after message without waiting. */
async function write(composer: Locator, author: string, random: Random): Promise<string[]> {
	const texts: string[] = [];
	for (let n = 1; n <= MESSAGES; n++) {
		await sleep(random.integer(200, 2_500));
		const text = `${author} ${n} of ${MESSAGES}`;
		await composer.fill(text);
		await composer.press('Enter');
		texts.push(text);
	}
	return texts;
}

interface Screens {
	widget: string[];
	dashboard: string[];
	stored: string[];
}

/** Returns the screens once they agree and nothing is missing, or at the time limit. */
async function settle(pages: Pages, sql: postgres.Sql, count: number): Promise<Screens> {
	const deadline = Date.now() + SETTLED_MS;
	for (;;) {
		for (const root of [pages.widget.panel, pages.dashboard.log])
			for (const retry of await root.getByRole('button', { name: 'Retry' }).all())
				await retry.click({ timeout: 1_000 }).catch(() => undefined); // It was sent in the meantime.
		const screens = await readScreens(pages, sql);
		const stored = screens.stored.join('\n');
		const agree = screens.widget.join('\n') === stored && screens.dashboard.join('\n') === stored;
		if ((agree && screens.stored.length === count) || Date.now() > deadline) return screens;
		await sleep(500);
	}
}

async function readScreens(
	{ widget, dashboard, customer }: Pages,
	sql: postgres.Sql,
): Promise<Screens> {
	const rows = await sql<{ content: string }[]>`
		select m.content
		from public.support_messages m join public.support_chats c on c.id = m.chat_id
		where c.user_id = ${customer.id} and m.sender_type <> 'system' order by m.seq`;
	// System messages (welcome, end) have no bubble with text.
	return {
		widget: await widget.texts(),
		dashboard: await dashboard.texts(),
		stored: rows.map(({ content }) => content),
	};
}
