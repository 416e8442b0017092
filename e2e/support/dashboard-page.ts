import { expect, type Locator, type Page } from '@playwright/test';

/** The dashboard by role and name, as an agent uses it. */
export class DashboardPage {
	readonly log: Locator;
	readonly composer: Locator;
	readonly messages: Locator;

	constructor(
		readonly page: Page,
		readonly url: string,
	) {
		this.log = page.getByRole('log', { name: 'Messages' });
		this.composer = page.getByRole('textbox', { name: 'Message' });
		this.messages = this.log.locator('[data-sender]');
	}

	async openInbox(view: 'active' | 'archived' = 'active'): Promise<void> {
		await this.page.goto(`${this.url}/chats?view=${view}`);
		await expect(this.page.getByRole('heading', { name: 'Support Chats' })).toBeVisible();
	}

	/** A customer's row in the inbox. */
	row(email: string): Locator {
		return this.page.getByRole('link').filter({ hasText: email });
	}

	async openChat(email: string): Promise<void> {
		await this.row(email).click();
		await expect(this.page).toHaveURL(/\/chats\/[0-9a-f-]{36}/);
		await expect(this.page.getByRole('heading', { name: email })).toBeVisible();
	}

	/** Writes and sends with Enter; the message is stored when this returns. */
	async send(text: string): Promise<void> {
		await this.composer.fill(text);
		await this.composer.press('Enter');
		await expect(this.message(text)).toHaveAttribute('data-status', 'sent');
	}

	message(text: string | RegExp): Locator {
		return this.messages.filter({ hasText: text });
	}

	texts(): Promise<string[]> {
		return this.messages.locator('.bubble .text').allTextContents();
	}
}

/** Signs in through the form. */
export async function logIn(
	page: Page,
	url: string,
	email: string,
	password: string,
): Promise<void> {
	await page.goto(`${url}/login`);
	await page.getByLabel('Email').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
}
