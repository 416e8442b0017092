import { Resend } from 'resend';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOutbox, type Mail, type SendAttempt } from './index';
import { Mailbox } from './mailbox';

let outbox: Awaited<ReturnType<typeof startOutbox>>;
let resend: Resend;

beforeAll(async () => {
	outbox = await startOutbox();
	resend = new Resend('re_test', { baseUrl: outbox.url });
});
beforeEach(() => api('DELETE', '/api/mails'));
afterAll(() => outbox.stop());

async function api(method: string, path: string, body?: unknown): Promise<unknown> {
	const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
	return (await fetch(outbox.url + path, init)).json();
}
const mails = async (): Promise<Mail[]> => (await api('GET', '/api/mails')) as Mail[];

const hello = {
	from: 'Acme <support@acme.test>',
	to: 'ada@example.com',
	subject: 'Hello',
	html: '<p>Hello</p>',
	text: 'Hello',
	headers: { 'List-Unsubscribe': '<https://acme.test/u?t=1>' },
};

describe('the outbox', () => {
	it('accepts emails of the real SDK, and lists them, newest first', async () => {
		const { data } = await resend.emails.send(hello, { idempotencyKey: 'key-1' });
		await resend.emails.send({ ...hello, subject: 'Second' });
		const [second, first] = await mails();
		expect(second).toMatchObject({ subject: 'Second', idempotency_key: null });
		expect(first).toMatchObject({
			id: data?.id,
			to: ['ada@example.com'],
			html: '<p>Hello</p>',
			unsubscribe_url: 'https://acme.test/u?t=1',
			idempotency_key: 'key-1',
		});
	});

	it('accepts a batch', async () => {
		const { data } = await resend.batch.send([hello, { ...hello, to: 'grace@example.com' }]);
		expect(data?.data).toHaveLength(2);
		expect((await mails()).map(({ to }) => to[0])).toEqual([
			'grace@example.com',
			'ada@example.com',
		]);
	});

	it('accepts an email with a key once, and rejects another email with that key', async () => {
		const once = await resend.emails.send(hello, { idempotencyKey: 'same' });
		const again = await resend.emails.send(hello, { idempotencyKey: 'same' });
		expect(again.data).toEqual(once.data);
		const other = await resend.emails.send({ ...hello, text: 'Other' }, { idempotencyKey: 'same' });
		expect(other.error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' });
		expect(await mails()).toHaveLength(1);
	});

	it('rejects a wrong key, a missing one, and a key that is too long', async () => {
		const wrong = await new Resend('sk_1', { baseUrl: outbox.url }).emails.send(hello);
		expect(wrong.error).toMatchObject({ statusCode: 403, name: 'invalid_api_key' });
		const none = await fetch(`${outbox.url}/emails`, { method: 'POST', body: '{}' });
		expect(none.status).toBe(401);
		const long = await resend.emails.send(hello, { idempotencyKey: 'x'.repeat(257) });
		expect(long.error).toMatchObject({ statusCode: 400, name: 'invalid_idempotency_key' });
	});

	it.each([
		['no sender', { ...hello, from: '' }, 'invalid_from_address'],
		['no recipient', { ...hello, to: [] }, 'validation_error'],
		['no such address', { ...hello, to: 'ada' }, 'validation_error'],
		['a line break in the subject', { ...hello, subject: 'a\r\nBcc: b@c.d' }, 'validation_error'],
		['a line break in a header', { ...hello, headers: { 'X-A': 'a\nb' } }, 'validation_error'],
	])('rejects %s, and stores nothing', async (_what, mail, name) => {
		const { error } = await resend.emails.send(mail);
		expect(error).toMatchObject({ statusCode: 422, name });
		expect(await mails()).toEqual([]);
	});

	it('returns the faults of a test in order, then works again', async () => {
		await api('PUT', '/api/faults', [
			{ kind: 'status', status: 429, name: 'rate_limit_exceeded', retry_after: 3 },
			{ kind: 'reset' },
			{ kind: 'reset_after_accept' },
			{ kind: 'status', status: 500, to: 'nobody@example.com' },
		]);
		const limited = await resend.emails.send(hello, { idempotencyKey: 'k' });
		expect(limited.headers?.['retry-after']).toBe('3');
		expect((await resend.emails.send(hello, { idempotencyKey: 'k' })).error?.statusCode).toBeNull();
		expect(await mails()).toEqual([]);
		expect((await resend.emails.send(hello, { idempotencyKey: 'k' })).error?.statusCode).toBeNull();
		expect(await mails()).toHaveLength(1);
		expect((await resend.emails.send(hello, { idempotencyKey: 'k' })).data).toBeTruthy();
		expect(await mails()).toHaveLength(1);
		const attempts = (await api('GET', '/api/requests')) as SendAttempt[];
		expect(attempts.map(({ status }) => status)).toEqual([429, null, null, 200]);
	});

	it('can hang until the caller aborts', async () => {
		await api('PUT', '/api/faults', [{ kind: 'hang' }]);
		const call = fetch(`${outbox.url}/emails`, {
			method: 'POST',
			headers: { authorization: 'Bearer re_1' },
			body: JSON.stringify(hello),
			signal: AbortSignal.timeout(100),
		});
		await expect(call).rejects.toThrow();
		expect(await mails()).toEqual([]);
	});

	it('has a page that loads nothing from elsewhere and runs nothing from an email', async () => {
		const page = await fetch(outbox.url);
		expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
		expect(await page.text()).toContain('sandbox:');
	});

	it('reports the taken port', async () => {
		const port = Number(new URL(outbox.url).port);
		await expect(startOutbox({ port })).rejects.toThrow(String(port));
	});
});

describe('Mailbox', () => {
	it('forgets a key after 24 hours', () => {
		let now = 0;
		const mailbox = new Mailbox(() => now);
		const body = JSON.stringify(hello);
		mailbox.accept('/emails', body, 'k');
		now = 24 * 60 * 60 * 1000 - 1;
		mailbox.accept('/emails', body, 'k');
		expect(mailbox.mails).toHaveLength(1);
		now += 1;
		mailbox.accept('/emails', body, 'k');
		expect(mailbox.mails).toHaveLength(2);
	});
});
