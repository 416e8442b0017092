import { beforeEach, expect, it } from 'vitest';
import { FakeBrowser } from '../testing/fake-browser';
import { openChat, type OpenChat } from '../testing/fake-chat';
import { FakeServer, Refusal } from '../testing/fake-server';
import { FakeTime } from '../testing/fake-time';
import { UploadTray } from '../upload/tray.svelte';
// So that it is there at once when the outbox fetches it.
import './held-uploads';

let time: FakeTime;
let server: FakeServer;
let browser: FakeBrowser;
let isStorageUp: boolean;
let uploads: string[];
let tickets: Map<string, string>;

beforeEach(() => {
	time = new FakeTime();
	server = new FakeServer(time);
	server.agents.add('mika');
	browser = new FakeBrowser(time, server, () => 0.5);
	isStorageUp = false;
	uploads = [];
	tickets = new Map();
	const row = (id: string) => ({
		...{ id, path: `chat/${id}.png`, name: 'a.png', mime_type: 'image/png', size_bytes: 1 },
		...{ width: null, height: null, status: tickets.get(id) ?? 'uploading' },
	});
	server.functions.set('begin_support_upload', ({ p_id }) => row(String(p_id)));
	server.functions.set('check-support-attachment', ({ id }) => {
		tickets.set(String(id), 'ready');
		return { attachment: row(String(id)) };
	});
	Object.assign(server, {
		upload: ({ url }: { url: string }) => {
			if (isStorageUp) uploads.push(url);
			return Promise.resolve({ status: isStorageUp ? 200 : 0, body: {} });
		},
	});
});

/** Sends a message while its file is not uploaded. */
async function sendWithFile(chat: OpenChat): Promise<UploadTray> {
	await time.advance(500);
	const tray = new UploadTray({
		client: chat.client,
		store: chat.store,
		limits: () => ({ types: ['image/png'], maxMb: 10 }),
		prepare: ({ name }) => {
			const blob = new Blob(['x'], { type: 'image/png' });
			return Promise.resolve({ blob, name, width: 1, height: 1, thumbnail: null });
		},
	});
	tray.add([new File(['x'], 'a.png')]);
	await time.advance(100);
	chat.store.draft = 'see the picture';
	expect(tray.hold(() => void chat.store.sendMessage())).toBe(true);
	await time.advance(100);
	return tray;
}
const sent = (): unknown[] =>
	server.calls.flatMap(({ name, args }) =>
		name === 'send_support_message' ? [[args.p_content, args.p_attachment_ids]] : [],
	);
const expectSent = (): void => {
	const [id] = tickets.keys();
	expect(sent()).toEqual([['see the picture', [id]]]);
	expect([...browser.storage.map].join()).not.toContain('picture');
	expect(browser.files.size).toBe(0);
};

it('is sent by its own composer while that is shown', async () => {
	const chat = openChat(server, browser.open(), 'ada');
	await sendWithFile(chat);
	expect(chat.store.state.messages).toEqual([]);
	expect(chat.store.draft).toBe('see the picture');
	isStorageUp = true;
	await time.advance(60_000);
	expect(chat.store.draft).toBe('');
	expectSent();
});

it('is completed when the agent opens another chat', async () => {
	const tab = browser.open();
	const [ada, grace] = [server.chatOf('ada').id, server.chatOf('grace').id];
	const chat = openChat(server, tab, 'mika', { role: 'agent', chatId: ada });
	const tray = await sendWithFile(chat);
	// As the page does; the client stays, since the dashboard does.
	tray.stop();
	chat.store.stop();
	openChat(server, tab, 'mika', { role: 'agent', chatId: grace });
	isStorageUp = true;
	await time.advance(60_000);
	expectSent();
});

it('is completed after a link was followed, and is shown as waiting until then', async () => {
	const chat = openChat(server, browser.open(), 'ada');
	chat.store.setOpen(true);
	await sendWithFile(chat);
	const next = openChat(server, browser.reload(chat.tab), 'ada');
	next.store.setOpen(true);
	await time.advance(1_000);
	expect(next.store.draft).toBe('');
	expect(next.store.state.messages).toMatchObject([
		{ content: 'see the picture', status: 'waiting', isUploading: true },
	]);
	isStorageUp = true;
	await time.advance(60_000);
	expect(next.store.state.messages).toMatchObject([{ content: 'see the picture', status: 'sent' }]);
	expectSent();
});

it('is completed by another tab when its own is closed, and not before', async () => {
	const chat = openChat(server, browser.open(), 'ada');
	openChat(server, browser.open(), 'ada');
	await sendWithFile(chat);
	await time.advance(5_000);
	expect(sent()).toEqual([]);
	chat.tab.kill();
	isStorageUp = true;
	await time.advance(60_000);
	expectSent();
});

it('keeps its place: later messages of the chat wait for it', async () => {
	const chat = openChat(server, browser.open(), 'ada');
	await sendWithFile(chat);
	const next = openChat(server, browser.reload(chat.tab), 'ada');
	await time.advance(1_000);
	next.store.sendMessage('and this');
	await time.advance(5_000);
	expect(sent()).toEqual([]);
	isStorageUp = true;
	await time.advance(60_000);
	expect(server.chatOf('ada').messages.map(({ content }) => content)).toEqual([
		'see the picture',
		'and this',
	]);
});

it('gets a new ticket when the old one has expired', async () => {
	const chat = openChat(server, browser.open(), 'ada');
	await sendWithFile(chat);
	const begin = server.functions.get('begin_support_upload');
	let ended: unknown;
	server.functions.set('begin_support_upload', (args) => {
		ended ??= args.p_id;
		return args.p_id === ended ? new Refusal(409, 'support_upload_conflict') : begin?.(args);
	});
	openChat(server, browser.reload(chat.tab), 'ada');
	isStorageUp = true;
	await time.advance(60_000);
	expect([...tickets.keys()]).not.toContain(ended);
	expectSent();
});

it('stays, shown as failed with its text, when the bytes are gone', async () => {
	const chat = openChat(server, browser.open(), 'ada');
	await sendWithFile(chat);
	browser.files.clear();
	const next = openChat(server, browser.reload(chat.tab), 'ada');
	next.store.setOpen(true);
	await time.advance(120_000);
	expect(next.store.state.messages).toMatchObject([
		{ content: 'see the picture', status: 'failed', error: 'support_file_missing' },
	]);
	next.store.discard(next.store.state.messages[0]?.id ?? '');
	expect(next.store.draft).toBe('see the picture');
});

it('can be taken back, and is a draft again', async () => {
	const chat = openChat(server, browser.open(), 'ada');
	const tray = await sendWithFile(chat);
	tray.unhold();
	expect(chat.store.draft).toBe('see the picture');
	isStorageUp = true;
	await time.advance(60_000);
	expect(sent()).toEqual([]);
	const next = openChat(server, browser.reload(chat.tab), 'ada');
	await time.advance(1_000);
	expect(next.store.draft).toBe('see the picture');
	expect(next.store.files).toHaveLength(1);
});

it('is removed completely when its user signs out', async () => {
	const chat = openChat(server, browser.open(), 'ada');
	await sendWithFile(chat);
	expect(browser.files.size).toBe(1);
	await Promise.all([chat.client.forget(), time.advance(1_000)]);
	expect(browser.files.size).toBe(0);
	expect([...browser.storage.map].join()).not.toContain('picture');
	expect(chat.store.draft).toBe('');
});
