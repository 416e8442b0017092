import { expectNoViolations } from './support/accessibility';
import { Attachments } from './support/attachments';
import { pdf, pixelBomb, png, text } from './support/files';
import { expect, test, type Customer } from './support/fixtures';
import type { DashboardPage } from './support/dashboard-page';
import { rpc } from '../local-stack/testing/api-client';

const sideOf = ({ widget }: Customer): Attachments => new Attachments(widget.page, widget.panel);
const attachmentsOf = (dashboard: DashboardPage): Attachments =>
	new Attachments(dashboard.page, dashboard.page.locator('body'));

test.beforeEach(async ({ db }) => {
	await db`update public.support_settings set max_upload_mb = default, upload_types = default`;
});

test('a customer and an agent send each other images and a PDF, with and without text', async ({
	customer,
	dashboard,
}) => {
	await customer.widget.open();
	const mine = sideOf(customer);
	await mine.choose(png('Broken strap.png'), pdf('Invoice 2026.pdf', 40_000));
	await mine.expectReady('Broken strap.png');
	await mine.expectReady('Invoice 2026.pdf');
	await mine.send('Here it is, with the invoice');
	await mine.expectShown('Broken strap.png');
	await expect(mine.rows).toHaveCount(0);
	await expect(customer.widget.message('Here it is')).toHaveAttribute('data-status', 'sent');

	await dashboard.openChat(customer.person.email);
	const theirs = attachmentsOf(dashboard);
	await theirs.expectShown('Broken strap.png');
	await expect(theirs.root.getByRole('link', { name: 'Open Invoice 2026.pdf' })).toHaveAttribute(
		'href',
		/\/object\/sign\/support-attachments\//,
	);
	const download = dashboard.page.waitForEvent('download');
	await theirs.root.getByRole('link', { name: 'Download: Invoice 2026.pdf' }).click();
	expect((await download).suggestedFilename()).toBe('Invoice 2026.pdf');

	await theirs.choose(png('One.png'), png('Two.png', { colour: [200, 60, 60] }));
	await theirs.expectReady('One.png');
	await theirs.expectReady('Two.png');
	await theirs.send();
	await mine.expectShown('One.png');
	await mine.expectShown('Two.png');
	await expect(dashboard.row(customer.person.email)).toContainText('One.png');
});

test('an image is pasted, another dropped; pasted text stays text', async ({ customer }) => {
	await customer.widget.open();
	const mine = sideOf(customer);
	await expect(mine.button).toBeVisible();
	await mine.bring('paste', mine.composer, [png('image.png')]);
	await mine.expectReady('image.png');
	await mine.bring('drop', customer.widget.log, [png('Dropped.png')]);
	await mine.expectReady('Dropped.png');
	await mine.send();
	await mine.expectShown('image.png');
	await mine.expectShown('Dropped.png');
});

test('dragging a file over the chat shows a drop target', async ({ customer }) => {
	await customer.widget.open();
	await expect(sideOf(customer).button).toBeVisible();
	const target = customer.widget.panel.getByText('Drop files here');
	await expect(async () => {
		await customer.widget.log.evaluate((log) => {
			const data = new DataTransfer();
			data.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
			const init = { bubbles: true, composed: true, cancelable: true, dataTransfer: data };
			log.dispatchEvent(new DragEvent('dragover', init));
		});
		await expect(target).toBeVisible({ timeout: 300 });
	}).toPass();
	await expect(target).toBeHidden();
});

test('the dashboard accepts pasted and dropped files, too', async ({ customer, dashboard }) => {
	await customer.widget.open();
	await customer.widget.send('Can you show me?');
	await dashboard.openChat(customer.person.email);
	const theirs = attachmentsOf(dashboard);
	await expect(theirs.button).toBeVisible();
	await theirs.bring('paste', theirs.composer, [png('How to.png')]);
	await theirs.bring('drop', dashboard.log, [pdf('Manual.pdf')]);
	await theirs.expectReady('How to.png');
	await theirs.expectReady('Manual.pdf');
	await theirs.send('Like this');
	await sideOf(customer).expectShown('How to.png');
	await expect(customer.widget.panel.getByRole('link', { name: 'Open Manual.pdf' })).toBeVisible();
});

test('an upload shows its progress, can be cancelled, and delays its message', async ({
	customer,
}) => {
	const { widget, context } = customer;
	let release = (): void => {};
	await context.route('**/storage/v1/object/support-attachments/**', async (route) => {
		await new Promise<void>((resolve) => (release = resolve));
		await route.continue().catch(() => null);
	});
	await widget.open();
	const mine = sideOf(customer);
	await mine.choose(png('Slow.png'));
	await expect(mine.root.getByRole('progressbar', { name: 'Uploading Slow.png' })).toBeVisible();
	await mine.root.getByRole('button', { name: 'Cancel Slow.png' }).click();
	await expect(mine.rows).toHaveCount(0);
	await expect(mine.composer).toBeFocused();
	release();

	await mine.choose(png('Again.png'));
	await expect(mine.root.getByRole('progressbar', { name: 'Uploading Again.png' })).toBeVisible();
	await mine.send('Sent when it is there');
	await expect(
		mine.root.getByText('Your message will be sent when the upload is complete.'),
	).toBeVisible();
	await expect(widget.message('Sent when it is there')).toHaveCount(0);
	await expect(mine.composer).toHaveValue('Sent when it is there');
	release();
	await expect(widget.message('Sent when it is there')).toHaveAttribute('data-status', 'sent');
	await mine.expectShown('Again.png');
	await expect(mine.composer).toHaveValue('');
});

test('an upload that goes offline half-way resumes when the network is back', async ({
	customer,
}) => {
	const { widget, context, network } = customer;
	await widget.open();
	const mine = sideOf(customer);
	await expect(mine.button).toBeVisible();
	let cuts = 0;
	await context.route('**/storage/v1/object/support-attachments/**', async (route) => {
		if (cuts++ > 0) return route.continue();
		await network.goOffline();
		return route.abort('internetdisconnected');
	});
	await mine.choose(png('Cut.png'));
	await expect(mine.row('Cut.png')).toContainText('Waiting for connection');
	await mine.send('It was cut');
	await network.goOnline();
	await expect(widget.message('It was cut')).toHaveAttribute('data-status', 'sent', {
		timeout: 30_000,
	});
	await mine.expectShown('Cut.png');
});

test('a ready file survives a reload and can then be sent', async ({ customer }) => {
	const { widget } = customer;
	await widget.open();
	const mine = sideOf(customer);
	await mine.choose(png('Kept.png'));
	await mine.expectReady('Kept.png');
	await mine.composer.fill('And these words');
	await widget.page.reload();
	await widget.open();
	await mine.expectReady('Kept.png');
	await expect(mine.composer).toHaveValue('And these words');
	await mine.send();
	await mine.expectShown('Kept.png');
	await expect(widget.message('And these words')).toHaveAttribute('data-status', 'sent');
});

test('a file that cannot be sent shows the reason with the exact limit; the others stay', async ({
	customer,
	db,
}) => {
	await db`update public.support_settings set max_upload_mb = 2`;
	await customer.widget.open();
	const mine = sideOf(customer);
	await mine.choose(
		text('logo.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'),
		text('renamed.png', 'image/png', '<!doctype html><script>alert(1)</script>'),
		pdf('Large.pdf', 2 * 1024 * 1024 + 1),
		text('Empty.png', 'image/png', ''),
		pixelBomb('Bomb.png'),
		png('Sixth.png'),
	);
	const allowed = 'Supported types: PNG, JPEG, WebP, GIF, and PDF.';
	await expect(mine.row('logo.svg')).toContainText(allowed);
	await expect(mine.row('renamed.png')).toContainText(allowed);
	await expect(mine.row('Large.pdf')).toContainText('The file is too large. The limit is 2 MB.');
	await expect(mine.row('Empty.png')).toContainText('The file is empty.');
	await expect(mine.row('Bomb.png')).toContainText('The limit is 40 million');
	await expect(mine.rows).toHaveCount(5);
	await expect(mine.root.getByText('You can attach up to 5 files to a message.')).toBeVisible();

	await mine.send('My words');
	await expect(
		mine.root.getByText('Retry or remove the files that failed, then send.'),
	).toBeVisible();
	await expect(mine.composer).toHaveValue('My words');
	for (const name of ['logo.svg', 'renamed.png', 'Large.pdf', 'Empty.png', 'Bomb.png'])
		await mine.root.getByRole('button', { name: `Remove ${name}` }).click();
	await mine.send();
	await expect(customer.widget.message('My words')).toHaveAttribute('data-status', 'sent');
});

test('without allowed types there is no button, and a changed limit applies to the next file', async ({
	customer,
	db,
}) => {
	await customer.widget.open();
	const mine = sideOf(customer);
	await expect(mine.button).toBeVisible();
	await db`update public.support_settings set max_upload_mb = 1`;
	await expect(async () => {
		await mine.choose(pdf('Large.pdf', 1024 * 1024 + 1));
		await expect(mine.row('Large.pdf').last()).toContainText('The limit is 1 MB', {
			timeout: 2_000,
		});
	}).toPass();
	await db`update public.support_settings set upload_types = '{}'`;
	await expect(mine.button).toBeHidden();
});

test('file names are only text: 300 emoji, a path, control characters', async ({
	customer,
	dashboard,
}) => {
	await customer.widget.open();
	const mine = sideOf(customer);
	await expect(mine.button).toBeVisible();
	const odd = `../../${String.fromCharCode(7)}<b>${'😀'.repeat(300)}.png`;
	await mine.bring('drop', customer.widget.log, [png(odd)]);
	await expect(mine.rows).toHaveAttribute('data-state', 'ready');
	await mine.send();
	await expect(customer.widget.log.getByRole('img')).toBeVisible();
	const name = await customer.widget.log.getByRole('img').getAttribute('alt');
	expect(Array.from(name ?? '').length).toBeLessThanOrEqual(200);
	expect(name).toMatch(/^(?!.*\/).*😀.*\.png$/u);
	await dashboard.openChat(customer.person.email);
	await expect(dashboard.log.locator('b')).toHaveCount(0);
	await expect(dashboard.log.getByRole('img')).toBeVisible();
});

test('the full view works by click and keyboard, with arrows, download and close', async ({
	customer,
}) => {
	const { widget } = customer;
	await widget.open();
	const mine = sideOf(customer);
	await mine.choose(png('First.png'), png('Second.png'), png('Third.png'));
	for (const name of ['First.png', 'Second.png', 'Third.png']) await mine.expectReady(name);
	await mine.send();
	await mine.expectShown('Second.png');
	await mine.image('Second.png').focus();
	await widget.page.keyboard.press('Enter');
	await expect(mine.viewer).toBeVisible();
	await expect(mine.viewer).toHaveAccessibleName('Second.png');
	await widget.page.keyboard.press('ArrowRight');
	await expect(mine.viewer.getByRole('img', { name: 'Third.png' })).toBeVisible();
	await widget.page.keyboard.press('ArrowRight');
	await expect(mine.viewer.getByText('1 of 3')).toBeVisible();
	await widget.page.keyboard.press('ArrowLeft');
	await mine.viewer.getByRole('button', { name: 'Previous image' }).click();
	await expect(mine.viewer.getByRole('img', { name: 'Second.png' })).toBeVisible();
	const download = widget.page.waitForEvent('download');
	await mine.viewer.getByRole('link', { name: 'Download' }).click();
	expect((await download).suggestedFilename()).toBe('Second.png');
	await expectNoViolations(widget.page, 'support-chat');
	await widget.page.keyboard.press('Escape');
	await expect(mine.viewer).toBeHidden();
	await expect(mine.image('Second.png')).toBeFocused();
	await expect(widget.panel).toBeVisible();
});

test('an expired image address is renewed; a missing image offers a retry', async ({
	customer,
}) => {
	const { widget, context } = customer;
	await widget.open();
	const mine = sideOf(customer);
	await mine.choose(png('Renewed.png'));
	await mine.expectReady('Renewed.png');
	let refusals = 1;
	await context.route('**/storage/v1/object/sign/support-attachments/**', (route) =>
		refusals-- > 0 ? route.fulfill({ status: 400, body: '{}' }) : route.continue(),
	);
	await mine.send();
	await mine.expectShown('Renewed.png');

	refusals = Infinity;
	await widget.page.reload();
	await widget.open();
	const again = mine.root.getByRole('button', { name: /Renewed\.png.*could not be loaded.*Retry/ });
	await expect(again).toBeVisible();
	refusals = 0;
	await again.click();
	await mine.expectShown('Renewed.png');
});

test('a stranger can open neither a file nor its signed address', async ({
	customer,
	newCustomer,
	site,
	db,
}) => {
	await customer.widget.open();
	const mine = sideOf(customer);
	await mine.choose(png('Private.png'));
	await mine.expectReady('Private.png');
	await mine.send();
	await mine.expectShown('Private.png');
	const [row] = await db<{ id: string; path: string; chat_id: string }[]>`
		select id, path, chat_id from public.support_attachments
		where name = 'Private.png' order by created_at desc limit 1`;
	const stranger = await newCustomer();
	const token = stranger.person.accessToken;
	const headers = { apikey: site.publishableKey, authorization: `Bearer ${token}` };
	const bucket = 'support-attachments';
	const storage = `${site.apiUrl}/storage/v1/object`;
	const get = await fetch(`${storage}/authenticated/${bucket}/${row?.path}`, { headers });
	expect(get.ok).toBe(false);
	expect((await fetch(`${storage}/public/${bucket}/${row?.path}`)).ok).toBe(false);
	const sign = await fetch(`${storage}/sign/${bucket}`, {
		method: 'POST',
		headers: { ...headers, 'content-type': 'application/json' },
		body: JSON.stringify({ expiresIn: 300, paths: [row?.path] }),
	});
	expect(await sign.text()).not.toContain('token=');
	const sent = await rpc(site, token, 'send_support_message', {
		...{ p_id: crypto.randomUUID(), p_chat_id: row?.chat_id, p_content: 'Mine now' },
		p_attachment_ids: [row?.id],
	});
	expect(sent.status).toBe(404);
});

test('a page with a strict policy shows files without a violation', async ({ newCustomer }) => {
	const customer = await newCustomer({ path: '/?strict' });
	await customer.widget.open();
	const mine = sideOf(customer);
	await mine.choose(png('Strict.png'), pdf('Strict.pdf'));
	await mine.expectReady('Strict.png');
	await mine.expectReady('Strict.pdf');
	await mine.send();
	await mine.expectShown('Strict.png');
	await mine.image('Strict.png').click();
	await expect(mine.viewer.getByRole('img', { name: 'Strict.png' })).toBeVisible();
	expect(await customer.widget.page.evaluate(() => Reflect.get(window, 'violations'))).toEqual([]);
	expect(await customer.widget.page.evaluate(() => Reflect.get(window, 'hostErrors'))).toEqual([]);
});

for (const scheme of ['light', 'dark'] as const) {
	test(`on a phone, ${scheme}: files fit, full view fills the screen, and nothing is wrong with it`, async ({
		newCustomer,
	}) => {
		const customer = await newCustomer({ phone: true });
		const { page } = customer.widget;
		await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
		const colours = scheme === 'dark' ? '#eee !important; background: #111' : '#111 !important';
		await page.addStyleTag({ content: `body { color: ${colours} }` });
		await customer.widget.open();
		const mine = sideOf(customer);
		await mine.choose(
			png('Wide.png', { width: 900, height: 300 }),
			pdf('A rather long name of a bill from the year 2026, second copy.pdf'),
			text('logo.svg', 'image/svg+xml', '<svg/>'),
		);
		await mine.expectReady('Wide.png');
		await expect(mine.row('logo.svg')).toHaveAttribute('data-state', 'failed');
		await expectNoViolations(page, 'support-chat');
		await page.screenshot({ path: test.info().outputPath(`tray-${scheme}.png`) });
		await mine.root.getByRole('button', { name: 'Remove logo.svg' }).click();
		await mine.send('All of it');
		await mine.expectShown('Wide.png');
		await expectNoViolations(page, 'support-chat');
		await page.screenshot({ path: test.info().outputPath(`bubbles-${scheme}.png`) });
		await mine.image('Wide.png').click();
		await expect(mine.viewer.getByRole('img', { name: 'Wide.png' })).toBeVisible();
		const box = await mine.viewer.boundingBox();
		expect(box).toMatchObject({ x: 0, y: 0, width: 390, height: 844 });
		const image = await mine.viewer.getByRole('img', { name: 'Wide.png' }).boundingBox();
		expect((image?.x ?? -1) + (image?.width ?? 999)).toBeLessThanOrEqual(390);
		await page.screenshot({ path: test.info().outputPath(`view-${scheme}.png`) });
	});
}
