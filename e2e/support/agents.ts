import {
	expect,
	type Browser,
	type BrowserContext,
	type Locator,
	type Page,
} from '@playwright/test';
import type postgres from 'postgres';
import type { Site } from '../site/start-site';
import { DashboardPage, logIn } from './dashboard-page';
import { addAgent, signUp, type Account } from '../../local-stack/testing/people';
import { mustCall } from '../../local-stack/testing/api-client';

/** An agent with a browser of their own. */
export class AgentPage extends DashboardPage {
	readonly bar: Locator;

	constructor(
		page: Page,
		url: string,
		readonly person: Account,
		readonly name: string,
		readonly context: BrowserContext,
	) {
		super(page, url);
		this.bar = page.getByRole('group', { name: 'Conversation' });
	}

	button(name: string | RegExp): Locator {
		return this.bar.getByRole('button', { name });
	}

	async openView(view: string): Promise<void> {
		await this.page.goto(`${this.url}/chats?view=${view}`);
		await expect(this.page.getByRole('heading', { name: 'Support Chats' })).toBeVisible();
	}

	async transferTo(name: string): Promise<void> {
		await this.button('Transfer…').click();
		await this.page.getByRole('menuitem', { name: `${name} Online` }).click();
	}

	async end(): Promise<void> {
		await this.button('End conversation').click();
		const dialog = this.page.getByRole('alertdialog');
		await dialog.getByRole('button', { name: 'End conversation' }).click();
	}

	/** The toast that the agent sees after an action. */
	told(text: string | RegExp): Locator {
		return this.page.getByRole('listitem').filter({ hasText: text });
	}

	async choose(availability: 'Available' | 'Away'): Promise<void> {
		await this.page.getByRole('button', { name: /^(Available|Away),/ }).click();
		await this.page.getByRole('menuitemradio', { name: availability, exact: true }).click();
	}
}

/** Makes a user an agent and signs them in. */
export async function openAgent(
	browser: Browser,
	site: Site,
	db: postgres.Sql,
	name: string,
	role: 'agent' | 'admin' = 'agent',
): Promise<AgentPage> {
	const person = await addAgent(db, await signUp(site, { name: name.toLowerCase() }), role, name);
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	const page = await context.newPage();
	await logIn(page, site.dashboardUrl, person.email, person.password);
	await expect(page).toHaveURL(/\/chats/);
	return new AgentPage(page, site.dashboardUrl, person, name, context);
}

/** A customer without a page, who calls the functions that any client calls. */
export interface Writer {
	person: Account;
	chatId: string;
	write(text: string): Promise<void>;
	/** The newest conversation. */
	conversation(): Promise<{ id: string; status: string; agent_id: string | null }>;
}

export async function newWriter(site: Site, db: postgres.Sql, text: string): Promise<Writer> {
	const person = await signUp(site);
	await mustCall(site, person, 'get_or_create_support_chat');
	const [chat] = await db<{ id: string }[]>`
		select id from public.support_chats where user_id = ${person.id}`;
	const chatId = chat?.id ?? '';
	const write = async (content: string): Promise<void> => {
		const parameters = { p_id: crypto.randomUUID(), p_chat_id: chatId, p_content: content };
		await mustCall(site, person, 'send_support_message', parameters);
	};
	await write(text);
	return {
		...{ person, chatId, write },
		async conversation() {
			const [row] = await db<{ id: string; status: string; agent_id: string | null }[]>`
				select id, status::text, agent_id from public.support_conversations
				where chat_id = ${chatId} order by started_at desc limit 1`;
			if (!row) throw new Error('There is no conversation.');
			return row;
		},
	};
}
