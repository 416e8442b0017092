import { beforeEach, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { createTranslator } from '../../index';
import { en } from '../../i18n/en';
import { en as fileTexts } from '../../i18n/files/en';
import { fileWords } from '../../i18n/files/words';
import { createChatClient } from '../../client';
import { browserEnvironment } from '../../environment';
import type { SupportAttachment } from '../../types';
import { FileKit } from './kit.svelte';
import FileTray from './FileTray.svelte';
import MessageFiles from './MessageFiles.svelte';

const t = createTranslator('en', en);
const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=';
const attachment = (name: string, mime_type = 'image/png'): SupportAttachment => ({
	...{ id: name, path: `chat/${name}`, name, mime_type, size_bytes: 2048 },
	...{ width: 640, height: 400 },
});

let reason = '';
let signed: string[][];
beforeEach(() => {
	reason = '';
	signed = [];
});

/** A kit whose project signs every path. */
function makeKit(files: SupportAttachment[] = []): FileKit {
	const payload = btoa(JSON.stringify({ sub: 'ada', exp: Date.now() / 1000 + 3600 }));
	const client = createChatClient({
		url: 'https://project.test',
		publishableKey: 'x',
		accessToken: () => Promise.resolve(`a.${payload}.c`),
		environment: {
			...browserEnvironment(),
			fetch: (_, init) => {
				const { paths } = JSON.parse(typeof init.body === 'string' ? init.body : '') as {
					paths: string[];
				};
				signed.push(paths);
				const rows = paths.map((path) => ({
					...{ path, error: null },
					signedURL: path.includes('gone')
						? null
						: `/object/sign/support-attachments/${path}?token=x`,
				}));
				return Promise.resolve(new Response(JSON.stringify(rows)));
			},
		},
	});
	const store = { files, state: { chat: { id: 'chat' } } };
	const limits = () => ({ types: ['image/png', 'application/pdf'], maxMb: 10 });
	return new FileKit({ client, store, t, limits, reason: () => reason }, fileWords(t, fileTexts));
}

it('requests the addresses of all visible images at once, by their paths', async () => {
	const files = ['one.png', 'two.png', 'three.png'].map((name) => attachment(name));
	const kit = makeKit();
	await render(MessageFiles, { files, kit, error: null });
	await vi.waitFor(() => expect(kit.urls.known('chat/one.png')).toBeDefined());
	expect(signed[0]?.sort()).toEqual(['chat/one.png', 'chat/three.png', 'chat/two.png']);
	expect(kit.urls.known('chat/one.png')).toBe(
		'https://project.test/storage/v1/object/sign/support-attachments/chat/one.png?token=x',
	);
});

it('reserves the place of an image, and names the image when it cannot be loaded', async () => {
	const screen = await render(MessageFiles, {
		...{ files: [attachment('gone.png')], kit: makeKit(), error: null },
	});
	const place = screen.container.querySelector('[data-file]');
	expect(place?.getBoundingClientRect().height).toBeGreaterThan(100);
	const again = screen.getByRole('button', {
		name: /gone\.png The image could not be loaded\. Retry/,
	});
	await expect.element(again).toBeVisible();
	await again.click();
	await vi.waitFor(() => expect(signed.length).toBeGreaterThan(1));
});

it('opens the full view by keyboard', async () => {
	const kit = makeKit();
	const files = [attachment('one.png'), attachment('two.png')];
	await render(MessageFiles, { files, kit, error: null });
	await userEvent.tab();
	await userEvent.tab();
	await userEvent.keyboard('{Enter}');
	expect(kit.viewing).toEqual({ images: files, index: 1 });
	await render(FileTray, { kit });
	const dialog = document.querySelector('dialog');
	await vi.waitFor(() => expect(document.querySelector('dialog')?.open).toBe(true));
	await userEvent.keyboard('{ArrowRight}');
	expect(kit.viewing?.index).toBe(0);
	await userEvent.keyboard('{Escape}');
	await vi.waitFor(() => expect(kit.viewing).toBeNull());
	expect(dialog?.open ?? false).toBe(false);
});

it('shows names as plain text', async () => {
	const name = `<img src=${PIXEL} onerror=alert(1)>${'😀'.repeat(300)}\u0007.pdf`;
	const file = attachment(name, 'application/pdf');
	const screen = await render(MessageFiles, { files: [file], kit: makeKit(), error: null });
	await expect.element(screen.getByRole('link', { name: `Open ${name}` })).toBeVisible();
	expect(screen.container.querySelector('img')).toBeNull();
});

it('shows why a message with files was rejected', async () => {
	const kit = makeKit();
	const files = [attachment('a.pdf', 'application/pdf')];
	const screen = await render(MessageFiles, { files, kit, error: 'support_attachment_used' });
	await expect
		.element(screen.getByText('A file in this message has already been sent.'))
		.toBeVisible();
});

it('rejects dropped files while nothing can be written, with the reason', async () => {
	const kit = makeKit();
	reason = 'Please wait. You can write once an agent joins.';
	const screen = await render(FileTray, { kit });
	kit.handleFiles('dragover', []);
	await expect.element(screen.getByText(reason)).toBeVisible();
	kit.handleFiles('drop', [new File(['x'], 'a.png')]);
	await expect.element(screen.getByRole('alert')).toHaveTextContent(reason);
	expect(kit.tray.items).toEqual([]);
});

it('lists ready files, which can be removed by keyboard', async () => {
	const kit = makeKit([attachment('Kept.png')]);
	const onfocus = vi.fn();
	const screen = await render(FileTray, { kit, onfocus });
	await expect.element(screen.getByRole('list', { name: 'Files to send' })).toBeVisible();
	await expect.element(screen.getByText('2 kB')).toBeVisible();
	await userEvent.tab();
	await expect.element(screen.getByRole('button', { name: 'Remove Kept.png' })).toHaveFocus();
	await userEvent.keyboard('{Enter}');
	await expect.element(screen.getByRole('status')).toHaveTextContent('Kept.png was removed.');
	expect(onfocus).toHaveBeenCalledOnce();
});
