import { gzipSync } from 'node:zlib';
import type { Page, Response } from '@playwright/test';
import { BUDGET } from '../widget/testing/budget';
import { expect, test } from './support/fixtures';
import { WidgetPage } from './support/widget-page';

/** Weighs the files that the page loads from the dashboard's origin. */
function weigh(page: Page, origin: string): () => Promise<number> {
	const responses: Response[] = [];
	page.on('response', (response) => {
		if (response.url().startsWith(origin)) responses.push(response);
	});
	return async () => {
		const bodies = await Promise.all(responses.map((response) => response.body()));
		return bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
	};
}

test('the widget stays within its budget before anyone opens it, and open', async ({
	customer,
	site,
}) => {
	const page = await customer.context.newPage();
	const weight = weigh(page, site.dashboardUrl);
	await page.goto(site.hostUrl);
	const widget = new WidgetPage(page);
	await expect(widget.launcher).toBeVisible();
	await page.waitForLoadState('networkidle');
	expect(await weight()).toBeGreaterThan(500);
	expect(await weight()).toBeLessThanOrEqual(BUDGET.closed);

	await widget.open();
	await expect(widget.status('Connected')).toBeVisible();
	await widget.send('What do you weigh?');
	await page.waitForLoadState('networkidle');
	expect(await weight()).toBeGreaterThan(BUDGET.closed);
	expect(await weight()).toBeLessThanOrEqual(BUDGET.open);
});
