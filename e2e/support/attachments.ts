import { expect, type Locator, type Page } from '@playwright/test';
import type { TestFile } from './files';

/** Files on one side of a chat: the customer's panel or the dashboard's page. */
export class Attachments {
	readonly button: Locator;
	readonly rows: Locator;
	readonly composer: Locator;
	readonly viewer: Locator;

	constructor(
		readonly page: Page,
		readonly root: Locator,
	) {
		this.button = root.getByRole('button', { name: 'Attach files' });
		this.rows = root.getByRole('list', { name: 'Files to send' }).getByRole('listitem');
		this.composer = root.getByRole('textbox', { name: 'Message' });
		// On a phone the panel around it is a dialog, too.
		this.viewer = page.locator('dialog[open]');
	}

	/** Chooses files with the button. */
	async choose(...files: TestFile[]): Promise<void> {
		const [chooser] = await Promise.all([
			this.page.waitForEvent('filechooser'),
			this.button.click(),
		]);
		await chooser.setFiles(files);
	}

	row(name: string): Locator {
		return this.rows.filter({ hasText: name });
	}

	async expectReady(name: string): Promise<void> {
		await expect(this.row(name)).toHaveAttribute('data-state', 'ready');
	}

	async send(words?: string): Promise<void> {
		if (words) await this.composer.fill(words);
		await this.composer.press('Enter');
	}

	/** An image in a bubble. */
	image(name: string): Locator {
		return this.root.getByRole('button', { name: `Show ${name}` });
	}

	/** Its bytes have loaded and are an image. */
	async expectShown(name: string): Promise<void> {
		const image = this.image(name).getByRole('img', { name });
		await expect(image).toBeVisible();
		await expect
			.poll(() => image.evaluate((one) => one instanceof HTMLImageElement && one.naturalWidth))
			.toBeGreaterThan(0);
	}

	/** Pastes or drops files on an element. */
	async bring(kind: 'paste' | 'drop', target: Locator, files: TestFile[]): Promise<void> {
		const given = files.map(({ name, mimeType, buffer }) => ({
			...{ name, mimeType },
			bytes: buffer.toString('base64'),
		}));
		await target.evaluate(
			(element, { kind, given }) => {
				const data = new DataTransfer();
				for (const { name, mimeType, bytes } of given) {
					const content = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
					data.items.add(new File([content], name, { type: mimeType }));
				}
				const init = { bubbles: true, composed: true, cancelable: true };
				if (kind === 'paste')
					element.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }));
				else
					for (const type of ['dragenter', 'dragover', 'drop'])
						element.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: data }));
			},
			{ kind, given },
		);
	}
}
