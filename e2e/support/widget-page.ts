import { expect, type Locator, type Page } from '@playwright/test';

/** The widget on a host page, by role and name. */
export class WidgetPage {
	readonly launcher: Locator;
	readonly panel: Locator;
	readonly log: Locator;
	readonly composer: Locator;
	readonly sendButton: Locator;
	readonly messages: Locator;

	constructor(readonly page: Page) {
		const widget = page.locator('support-chat');
		this.launcher = widget.getByRole('button', { name: /^(Open|Close) support chat/ });
		this.panel = widget.getByRole('region', { name: 'Support chat' });
		this.log = this.panel.getByRole('log', { name: 'Messages' });
		this.composer = this.panel.getByRole('textbox', { name: 'Message' });
		this.sendButton = this.panel.getByRole('button', { name: 'Send', exact: true });
		this.messages = this.log.locator('[data-sender]');
	}

	async open(): Promise<void> {
		await expect(this.launcher).toHaveAttribute('aria-expanded', 'false');
		await this.launcher.click();
		await expect(this.panel).toBeVisible();
	}

	async close(): Promise<void> {
		await this.launcher
			.or(this.panel.getByRole('button', { name: 'Close' }))
			.first()
			.click();
		await expect(this.panel).toBeHidden();
	}

	/** Writes and sends with Enter; the bubble is there when this returns. */
	async send(text: string): Promise<void> {
		await this.composer.fill(text);
		await this.composer.press('Enter');
		await expect(this.message(text)).toBeVisible();
	}

	/** Like `send`, and returns after the message is stored: for tests that leave the page right afterwards. */
	async sendAndLeave(text: string): Promise<void> {
		await this.send(text);
		await expect(this.message(text)).toHaveAttribute('data-status', 'sent');
		await this.page.close();
	}

	message(text: string | RegExp): Locator {
		return this.messages.filter({ hasText: text });
	}

	status(name: 'Connected' | 'Reconnecting…' | 'Offline'): Locator {
		return this.panel.getByRole('status').filter({ hasText: name });
	}

	async expectUnread(count: string | null): Promise<void> {
		const name =
			count === null ? 'Open support chat' : new RegExp(`(^|\\D)${escape(count)}(\\D|$)`);
		await expect(this.launcher).toHaveAccessibleName(name);
	}

	/** Every message's text, in the order of the log. */
	texts(): Promise<string[]> {
		return this.messages.locator('.bubble .text').allTextContents();
	}
}

const escape = (text: string): string => text.replace(/[+]/g, '\\$&');
