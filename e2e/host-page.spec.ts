import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures';

/** Problems that the host page recorded: errors thrown into it, and policy violations. */
function complaints(page: Page): Promise<unknown> {
	return page.evaluate(() => ({
		errors: Reflect.get(window, 'hostErrors'),
		violations: Reflect.get(window, 'violations'),
	}));
}
const none = { errors: [], violations: [] };

test('hostile styles and scripts of the host page do not reach the widget', async ({
	customer: { widget },
}) => {
	await expect(widget.launcher).toBeVisible();
	const button = await widget.launcher.boundingBox();
	expect(button?.width).toBeCloseTo(56, 0);
	expect(button?.height).toBeCloseTo(56, 0);
	await widget.open();
	await widget.send('Undisturbed');

	const bubble = widget.message('Undisturbed').getByText('Undisturbed');
	await expect(bubble).toHaveCSS('font-size', '15px');
	await expect(bubble).toHaveCSS('text-transform', 'none');
	await expect(bubble).toHaveCSS('letter-spacing', 'normal');
	await expect(widget.composer).toHaveCSS('font-size', '16px');
	const panel = await widget.panel.boundingBox();
	expect(panel?.width).toBeCloseTo(384, -1);
	// Above the page's own banner, so that nothing covers it.
	await widget.launcher.click();
	await expect(widget.panel).toBeHidden();
	await widget.page.getByRole('link', { name: 'More' }).click();
	expect(await complaints(widget.page)).toEqual(none);
});

test('the widget keeps to a strict Content-Security-Policy with Trusted Types, also in a chat', async ({
	newCustomer,
	dashboard,
}) => {
	const { widget, person } = await newCustomer({ path: '/?strict' });
	await widget.open();
	await expect(widget.status('Connected')).toBeVisible();
	await widget.send('By the book');
	await dashboard.openChat(person.email);
	await dashboard.send('Exactly');
	await expect(widget.message('Exactly')).toBeVisible();
	await expect(widget.composer).toHaveCSS('font-size', '16px');
	expect(await complaints(widget.page)).toEqual(none);
});

test('loading the script twice makes one widget', async ({ newCustomer }) => {
	const { widget } = await newCustomer({ path: '/?embed=twice' });
	await expect(widget.launcher).toHaveCount(1);
	await expect(widget.page.locator('support-chat')).toHaveCount(1);
	await widget.open();
	await widget.send('One of me');
	await expect(widget.messages).toHaveCount(1);
	expect(await complaints(widget.page)).toEqual(none);
});

test('the page opens, closes and removes the widget, and nothing is left behind', async ({
	customer: { widget },
}) => {
	const { page } = widget;
	await expect(widget.launcher).toBeVisible();
	await page.evaluate(() => window.SupportChat?.open());
	await expect(widget.panel).toBeVisible();
	await page.evaluate(() => window.SupportChat?.close());
	await expect(widget.panel).toBeHidden();
	await page.evaluate(() => window.SupportChat?.toggle());
	await expect(widget.status('Connected')).toBeVisible();

	const requests: string[] = [];
	await page.evaluate(() => window.SupportChat?.destroy());
	await expect(page.locator('support-chat')).toHaveCount(0);
	page.on('request', (request) => requests.push(request.url()));
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
	expect(await complaints(page)).toEqual(none);
	expect(requests).toEqual([]);
});

test('signed out, the widget says so and keeps typed text', async ({ browser, site }) => {
	const page = await browser.newPage();
	await page.goto(site.hostUrl);
	const launcher = page.getByRole('button', { name: 'Open support chat' });
	await launcher.click();
	const panel = page.getByRole('region', { name: 'Support chat' });
	await expect(panel.getByText('Sign in to chat').first()).toBeVisible();
	expect(await complaints(page)).toEqual(none);
	await page.close();
});

test('a page view costs no socket and at most one API request before the chat opens', async ({
	newCustomer,
}) => {
	const customer = await newCustomer();
	await expect(customer.widget.launcher).toBeVisible();
	const page = await customer.context.newPage();
	const sockets: string[] = [];
	const calls: string[] = [];
	page.on('websocket', (socket) => sockets.push(socket.url()));
	page.on('request', (request) => {
		if (request.url().includes('/rest/v1/')) calls.push(request.url());
	});
	await page.goto(page.url() === 'about:blank' ? customer.widget.page.url() : page.url());
	await expect(page.getByRole('button', { name: 'Open support chat' })).toBeVisible();
	await page.waitForLoadState('networkidle');
	expect(sockets).toEqual([]);
	expect(calls.length).toBeLessThanOrEqual(1);
	expect(await page.context().cookies()).toEqual([]);
});

test('on a phone the chat fills the screen', async ({ newCustomer }) => {
	const { widget } = await newCustomer({ phone: true });
	await widget.open();
	await expect
		.poll(() => widget.panel.boundingBox())
		.toEqual({ x: 0, y: 0, width: 390, height: 844 });
	await widget.send('From my phone');
	await widget.close();
	await expect(widget.launcher).toBeVisible();
});
