import { beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../testing/fake-server';
import { FakeUploads } from '../testing/fake-uploads';

let uploads: FakeUploads;
beforeEach(() => {
	uploads = new FakeUploads();
});

const problems = () => uploads.tray.items.map(({ problem, canRetry }) => [problem, canRetry]);

describe('an upload', () => {
	it('gets a ticket, sends the bytes with progress, is checked, and is ready', async () => {
		uploads.add('a.png');
		const { request, answer } = await uploads.put();
		const [item] = uploads.tray.items;
		expect(request.url).toBe(
			`https://project.test/storage/v1/object/support-attachments/chat/${item?.id}.png`,
		);
		expect(request.headers).toMatchObject({ 'x-upsert': 'false', 'content-type': 'image/png' });
		expect(item?.state).toBe('uploading');
		request.onProgress(0.4);
		expect(item?.progress).toBe(0.4);
		answer(200, {});
		await uploads.time.advance(10);
		expect(item?.state).toBe('checking');
		await uploads.time.advance(200);
		expect(uploads.states).toEqual(['a.png ready']);
		expect(uploads.draft.files).toMatchObject([{ id: item?.id, width: 3, height: 2 }]);
		expect(uploads.tray.news).toEqual({ kind: 'ready', name: 'a.png' });
	});

	it('runs two at a time, and keeps the order of the files', async () => {
		uploads.add('a.png', 'b.png', 'c.png');
		const [a, b] = [await uploads.put(), await uploads.put()];
		expect(uploads.states).toEqual(['a.png uploading', 'b.png uploading', 'c.png waiting']);
		b.answer(200, {});
		await uploads.store();
		a.answer(200, {});
		await uploads.time.advance(200);
		expect(uploads.draft.files.map(({ name }) => name)).toEqual(['a.png', 'b.png', 'c.png']);
	});

	it('accepts at most five files', () => {
		uploads.add('1.png', '2.png', '3.png', '4.png', '5.png', '6.png');
		expect(uploads.tray.items).toHaveLength(5);
		expect(uploads.tray.overflow).toBe(true);
		const [first] = uploads.tray.items;
		if (first) uploads.tray.remove(first);
		expect(uploads.tray.overflow).toBe(false);
		uploads.add('7.png');
		expect(uploads.tray.items).toHaveLength(5);
	});
});

describe('trouble', () => {
	it.each([
		['the connection is cut half-way', 0, undefined],
		['Storage fails', 500, { message: 'Internal' }],
		['a proxy fails', 502, undefined],
		['a captive portal answers', 404, undefined],
	])('goes on by itself when %s', async (_, status, body) => {
		uploads.add('a.png');
		const put = await uploads.put();
		put.request.onProgress(0.5);
		put.answer(status, body);
		await uploads.time.advance(100);
		expect(uploads.states).toEqual(['a.png retrying']);
		await uploads.time.advance(2_000);
		await uploads.store();
		expect(uploads.states).toEqual(['a.png ready']);
		expect(uploads.tickets.size).toBe(1);
	});

	it('counts as uploaded if an earlier try stored the file', async () => {
		uploads.add('a.png');
		(await uploads.put()).answer(0);
		await uploads.time.advance(2_000);
		(await uploads.put()).answer(400, { statusCode: '409', error: 'Duplicate' });
		await uploads.time.advance(200);
		expect(uploads.states).toEqual(['a.png ready']);
	});

	it('gets a new token when the old one is rejected, and creates no second file', async () => {
		uploads.add('a.png');
		(await uploads.put()).answer(400, { statusCode: '403', message: 'jwt expired' });
		await uploads.store();
		expect(uploads.renewals).toBe(1);
		expect(uploads.states).toEqual(['a.png ready']);
	});

	it('waits while there is no network, and continues when it is back', async () => {
		uploads.add('a.png');
		const put = await uploads.put();
		uploads.browser.setOnline(false);
		put.answer(0);
		await uploads.time.advance(10 * 60_000);
		expect(uploads.states).toEqual(['a.png retrying']);
		uploads.browser.setOnline(true);
		await uploads.store();
		expect(uploads.states).toEqual(['a.png ready']);
	});

	it('stops after six tries, keeps the file, and starts again on request', async () => {
		uploads.add('a.png');
		for (let attempt = 0; attempt < 6; attempt++) {
			(await uploads.put()).answer(503, { message: 'down' });
			await uploads.time.advance(40_000);
		}
		expect(problems()).toEqual([['server', true]]);
		const [item] = uploads.tray.items;
		if (item) uploads.tray.retry(item);
		await uploads.store();
		expect(uploads.states).toEqual(['a.png ready']);
	});

	it.each([
		[413, 'support_upload_too_large', false],
		[415, 'support_upload_type', false],
		[429, 'support_upload_rate_limited', true],
		[403, 'support_upload_conflict', false],
	])('says why when Storage answers %i', async (status, code, canRetry) => {
		uploads.add('a.png');
		(await uploads.put()).answer(400, { statusCode: String(status), message: 'no' });
		await uploads.time.advance(100);
		expect(problems()).toEqual([[code, canRetry]]);
		expect(uploads.tray.news).toEqual({ kind: 'failed', name: 'a.png', code });
	});

	it('shows why there is no ticket', async () => {
		uploads.refusal = new Refusal(403, 'support_uploads_off');
		uploads.add('a.png');
		await uploads.time.advance(200);
		expect(problems()).toEqual([['support_uploads_off', false]]);
	});

	it('shows the result of the check', async () => {
		uploads.verdict = new Refusal(422, 'support_file_active');
		uploads.add('a.png');
		await uploads.store();
		expect(problems()).toEqual([['support_file_active', false]]);
		expect(uploads.draft.files).toEqual([]);
	});

	it('is requested again, with growing pauses, while another call checks the file', async () => {
		uploads.verdict = new Refusal(409, 'support_file_checking');
		uploads.add('a.png');
		await uploads.store();
		const asked = (): number => uploads.checks;
		const first = asked();
		await uploads.time.advance(4_000);
		expect(asked() - first).toBeLessThanOrEqual(3);
		expect(uploads.states).toEqual(['a.png checking']);
		uploads.verdict = null;
		await uploads.time.advance(8_000);
		expect(uploads.states).toEqual(['a.png ready']);
		// The bytes were brought once.
		expect(uploads.puts).toEqual([]);
	});

	it('sends the bytes again when the check does not find them', async () => {
		uploads.verdict = new Refusal(409, 'support_file_missing');
		uploads.add('a.png');
		await uploads.store();
		expect(uploads.states).toEqual(['a.png retrying']);
		uploads.verdict = null;
		await uploads.time.advance(2_000);
		await uploads.store();
		expect(uploads.states).toEqual(['a.png ready']);
	});

	it('does not send a checked file again when the response was lost', async () => {
		uploads.add('a.png');
		const put = await uploads.put();
		const [item] = uploads.tray.items;
		const ticket = uploads.tickets.get(item?.id ?? '');
		if (ticket) uploads.tickets.set(ticket.id, { ...ticket, status: 'ready' });
		put.answer(0);
		await uploads.time.advance(3_000);
		expect(uploads.puts).toEqual([]);
		expect(uploads.states).toEqual(['a.png ready']);
	});

	it('rejects files that cannot be prepared, without a request', async () => {
		uploads.add('logo.svg');
		await uploads.time.advance(100);
		expect(problems()).toEqual([['support_upload_type', false]]);
		expect(uploads.server.calls).toEqual([]);
	});
});

describe('cancelling', () => {
	it('ends the running upload, and starts the next one', async () => {
		uploads.add('a.png', 'b.png', 'c.png');
		const [a] = [await uploads.put(), await uploads.put()];
		const [item] = uploads.tray.items;
		if (item) uploads.tray.remove(item);
		expect(a.request.signal.aborted).toBe(true);
		await uploads.put();
		expect(uploads.states).toEqual(['b.png uploading', 'c.png uploading']);
		expect(uploads.tray.news).toEqual({ kind: 'removed', name: 'a.png' });
	});

	it.each(['preparing', 'waiting for another try', 'being checked', 'ready'])(
		'works while a file is %s',
		async (moment) => {
			uploads.add('a.png');
			if (moment !== 'preparing') {
				const put = await uploads.put();
				put.answer(moment.includes('try') ? 0 : 200, {});
				await uploads.time.advance(moment === 'ready' ? 300 : 10);
			}
			const [item] = uploads.tray.items;
			if (item) uploads.tray.remove(item);
			await uploads.time.advance(60_000);
			expect(uploads.tray.items).toEqual([]);
			expect(uploads.draft.files).toEqual([]);
			expect(uploads.puts).toEqual([]);
		},
	);
});

describe('sending', () => {
	it('waits for the upload, and then happens automatically', async () => {
		uploads.add('a.png');
		const put = await uploads.put();
		uploads.send();
		expect(uploads.tray.isSending).toBe(true);
		expect(uploads.sent).toEqual([]);
		put.answer(200, {});
		await uploads.time.advance(200);
		expect(uploads.sent).toHaveLength(1);
		expect(uploads.sent[0]).toMatchObject([{ name: 'a.png' }]);
		expect(uploads.tray.items).toEqual([]);
	});

	it('does not happen when a file fails, and keeps everything', async () => {
		uploads.add('a.png', 'b.png');
		const [a, b] = [await uploads.put(), await uploads.put()];
		uploads.send();
		a.answer(200, {});
		b.answer(415, { message: 'no' });
		await uploads.time.advance(300);
		expect(uploads.sent).toEqual([]);
		expect(uploads.tray.isSending).toBe(false);
		expect(uploads.states).toEqual(['a.png ready', 'b.png failed']);
		uploads.send();
		expect(uploads.tray.news).toEqual({ kind: 'blocked' });
		const failed = uploads.tray.items[1];
		if (failed) uploads.tray.remove(failed);
		uploads.send();
		expect(uploads.sent).toHaveLength(1);
	});

	it('can be taken back', async () => {
		uploads.add('a.png');
		const put = await uploads.put();
		uploads.send();
		uploads.tray.unhold();
		put.answer(200, {});
		await uploads.time.advance(200);
		expect(uploads.sent).toEqual([]);
		expect(uploads.states).toEqual(['a.png ready']);
	});
});

it('shows ready files after a reload, which can be removed', async () => {
	uploads.add('a.png', 'b.png');
	const [a] = [await uploads.put(), await uploads.put()];
	a.answer(200, {});
	await uploads.time.advance(200);
	uploads.reload();
	expect(uploads.states).toEqual(['a.png ready']);
	const [item] = uploads.tray.items;
	if (item) uploads.tray.remove(item);
	expect(uploads.draft.files).toEqual([]);
});
