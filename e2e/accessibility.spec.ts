import { expectNoViolations } from './support/accessibility';
import { expect, test } from './support/fixtures';

for (const colorScheme of ['light', 'dark'] as const) {
	test.describe(`${colorScheme} scheme`, () => {
		test('the widget, closed and open, has no accessibility fault', async ({
			customer: { widget, person },
			dashboard,
		}) => {
			// Check the dark scheme with the widget's own colours too, because the widget follows the page.
			await widget.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			await widget.page.addStyleTag({
				content:
					colorScheme === 'dark'
						? 'body { color: #eee !important; background: #111 }'
						: 'body { color: #111 !important }',
			});
			await expect(widget.launcher).toBeVisible();
			await expectNoViolations(widget.page, 'support-chat');
			await widget.open();
			await widget.send('Can everyone read this?');
			await dashboard.openChat(person.email);
			await dashboard.send('We made sure: https://example.com');
			await expect(widget.message('We made sure')).toBeVisible();
			await expectNoViolations(widget.page, 'support-chat');
		});

		test('login, inbox and chat have no accessibility fault, wide and on a phone', async ({
			customer: { widget, person },
			dashboard,
			browser,
			site,
		}) => {
			await widget.open();
			await widget.send('Can the team read this?');
			const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' });
			const login = await context.newPage();
			await login.goto(`${site.dashboardUrl}/login`);
			await expectNoViolations(login);
			await context.close();

			const { page } = dashboard;
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			await expect(dashboard.row(person.email)).toBeVisible();
			await expectNoViolations(page);
			await dashboard.openChat(person.email);
			await dashboard.send('They can');
			await expectNoViolations(page);

			await page.setViewportSize({ width: 390, height: 844 });
			await expect(dashboard.composer).toBeVisible();
			await expectNoViolations(page);
			await dashboard.openInbox();
			await expect(dashboard.row(person.email)).toBeVisible();
			await expectNoViolations(page);
		});
	});
}

test('the widget is used with the keyboard alone', async ({ customer: { widget } }) => {
	const { page } = widget;
	await widget.launcher.focus();
	await page.keyboard.press('Enter');
	await expect(widget.panel).toBeVisible();
	await expect(widget.composer).toBeFocused();
	await page.keyboard.type('No mouse');
	await page.keyboard.press('Shift+Enter');
	await page.keyboard.type('at all');
	await page.keyboard.press('Enter');
	await expect.poll(() => widget.texts()).toEqual(['No mouse\nat all']);
	await page.keyboard.press('Escape');
	await expect(widget.panel).toBeHidden();
	await expect(widget.launcher).toBeFocused();
});
