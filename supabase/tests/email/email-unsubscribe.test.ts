import { describe, expect, test } from 'vitest';
import {
	answer,
	claim,
	makeChat,
	notifications,
	useEmailProject,
	wait,
} from '../helpers/email-project';

const project = useEmailProject();

const address = (token = ''): string =>
	`${project.stack.apiUrl}/functions/v1/support-unsubscribe?token=${token}`;
const oneClick = (token: string, body = 'List-Unsubscribe=One-Click'): Promise<Response> =>
	fetch(address(token), {
		method: 'POST',
		redirect: 'manual',
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
		body,
	});
const command = (token: unknown, action: unknown): Promise<Response> =>
	fetch(address(), {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ token, action }),
	});

/** A customer who got an email with their token. */
async function mailed(): Promise<{ chatId: string; userId: string; token: string }> {
	const chat = await makeChat(project);
	await answer(project, chat.chatId);
	await wait(project, '5 minutes');
	const batch = await claim(project);
	return {
		...chat,
		token: batch.find(({ chat_id }) => chat_id === chat.chatId)!.unsubscribe_token,
	};
}

async function wantsMails(userId: string): Promise<boolean> {
	const [row] = await project.sql`
		select unsubscribed_at from public.support_email_preferences where user_id = ${userId}`;
	return row!.unsubscribed_at === null;
}

describe('unsubscribing', () => {
	test('a mail program’s one click acts at once, without cookies, keys or redirect', async () => {
		const { token, userId, chatId } = await mailed();
		const response = await oneClick(token);
		expect(response.status).toBe(200);
		expect(await response.text()).toBe('');
		expect(await wantsMails(userId)).toBe(false);
		expect((await oneClick(token)).status).toBe(200);
		await project.sql`delete from public.support_notifications where chat_id = ${chatId}`;
		await answer(project, chatId);
		await wait(project, '5 minutes');
		expect(await claim(project)).toEqual([]);
		expect(await notifications(project, chatId)).toMatchObject([{ skip_reason: 'unsubscribed' }]);
	});

	test('following the link changes nothing: link scanners do, too', async () => {
		const { token, userId } = await mailed();
		for (const method of ['GET', 'HEAD']) {
			const response = await fetch(address(token), { method, redirect: 'manual' });
			expect(response.status).toBe(303);
			expect(response.headers.get('location')).toBe(
				`https://desk.acme.test/unsubscribe?token=${token}`,
			);
			expect(response.headers.get('referrer-policy')).toBe('no-referrer');
		}
		expect(await wantsMails(userId)).toBe(true);
	});

	test('without a page the link explains itself in plain text', async () => {
		await project.sql`update public.support_settings set unsubscribe_url = null`;
		const { token, userId } = await mailed();
		const response = await fetch(address(token), { redirect: 'manual' });
		expect(response.status).toBe(200);
		expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
		expect(await wantsMails(userId)).toBe(true);
	});

	test('the page looks first, then takes away and gives back', async () => {
		const { token, userId } = await mailed();
		const looks = await command(token, 'status');
		expect(await looks.json()).toEqual({ state: 'subscribed', app_name: 'Acme' });
		expect(await wantsMails(userId)).toBe(true);
		for (const [action, state] of [
			['unsubscribe', 'unsubscribed'],
			['unsubscribe', 'unsubscribed'],
			['status', 'unsubscribed'],
			['resubscribe', 'subscribed'],
			['resubscribe', 'subscribed'],
		]) {
			expect(await (await command(token, action)).json()).toMatchObject({ state });
			expect(await wantsMails(userId)).toBe(state === 'subscribed');
		}
	});

	test('a token is valid for one customer, and a changed one for none', async () => {
		const ada = await mailed();
		const grace = await mailed();
		await command(ada.token, 'unsubscribe');
		expect(await wantsMails(grace.userId)).toBe(true);
		const flipped = (ada.token.startsWith('0') ? '1' : '0') + ada.token.slice(1);
		for (const wrong of [
			flipped,
			'',
			ada.token.toUpperCase(),
			`${grace.token} `,
			'x',
			ada.userId,
			'%',
			null,
			5,
			[grace.token],
		]) {
			const response = await command(wrong, 'unsubscribe');
			expect([400, 404]).toContain(response.status);
			expect(Object.keys((await response.json()) as object)).toEqual(['code']);
		}
		expect((await oneClick(flipped)).status).toBe(200);
		expect(await wantsMails(grace.userId)).toBe(true);
	});

	test('rejects other requests with a code and no other text', async () => {
		const { token, userId } = await mailed();
		const refused = [
			oneClick(token, ''),
			oneClick(token, 'List-Unsubscribe=Two-Clicks'),
			command(token, 'delete'),
			command(token, null),
			fetch(address(token), {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: '{',
			}),
		];
		for (const response of await Promise.all(refused)) {
			expect(response.status).toBe(400);
			expect(await response.json()).toEqual({ code: 'support_bad_request' });
		}
		const long = await oneClick(token, `List-Unsubscribe=One-Click&x=${'y'.repeat(2000)}`);
		expect(long.status).toBe(413);
		expect((await fetch(address(token), { method: 'DELETE' })).status).toBe(405);
		expect(await wantsMails(userId)).toBe(true);
	});
});
