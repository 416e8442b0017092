import { describe, expect, test } from 'vitest';
import {
	answer,
	dueAfter,
	makeChat,
	notifications,
	read,
	say,
	useEmailProject,
	wait,
} from '../helpers/email-project';

const project = useEmailProject();
const MINUTE = 60;

describe('planning the email about a reply', () => {
	test('a reply is emailed after five minutes', async () => {
		const { chatId } = await makeChat(project);
		await answer(project, chatId);
		const [mail, ...others] = await notifications(project, chatId);
		expect(others).toEqual([]);
		expect(mail).toMatchObject({
			kind: 'user_reply',
			status: 'pending',
			first_seq: 1,
			last_seq: 1,
		});
		expect(await dueAfter(project, chatId, 1)).toBe(5 * MINUTE);
	});

	test('messages of customers and of the system are never emailed', async () => {
		const { chatId } = await makeChat(project);
		await say(project.sql, chatId, 'Hello?', 'user');
		await say(project.sql, chatId, 'The chat was moved.', 'system');
		expect(await notifications(project, chatId)).toEqual([]);
	});

	test('a further answer joins it, and it waits five minutes from the newest', async () => {
		const { chatId } = await makeChat(project);
		await answer(project, chatId);
		await wait(project, '3 minutes');
		expect(await dueAfter(project, chatId, 1)).toBe(5 * MINUTE);
		await answer(project, chatId);
		const all = await notifications(project, chatId);
		expect(all).toHaveLength(1);
		expect(all[0]).toMatchObject({ first_seq: 1, last_seq: 2 });
		expect(await dueAfter(project, chatId, 2)).toBe(5 * MINUTE);
	});

	test('but never longer than fifteen minutes after the first unread one', async () => {
		const { chatId } = await makeChat(project);
		for (let minute = 0; minute <= 12; minute += 4) {
			await answer(project, chatId);
			await wait(project, '4 minutes');
		}
		expect(await dueAfter(project, chatId, 1)).toBe(15 * MINUTE);
		expect(await notifications(project, chatId)).toHaveLength(1);
	});

	test('a reply that was read meanwhile does not count: the wait starts again', async () => {
		const { chatId } = await makeChat(project);
		await answer(project, chatId);
		await wait(project, '4 minutes');
		await read(project, chatId);
		await wait(project, '9 minutes');
		await answer(project, chatId);
		const all = await notifications(project, chatId);
		expect(all).toHaveLength(1);
		expect(all[0]).toMatchObject({ first_seq: 2, last_seq: 2 });
		expect(await dueAfter(project, chatId, 2)).toBe(5 * MINUTE);
	});

	test('the settings say how long, and whether at all', async () => {
		const { chatId } = await makeChat(project);
		await project.sql`update public.support_settings set email_delay = '30 seconds', email_max_delay = '1 minute'`;
		await answer(project, chatId);
		expect(await dueAfter(project, chatId, 1)).toBe(30);
		await project.sql`update public.support_settings set email_enabled = false`;
		const silent = await makeChat(project);
		await answer(project, silent.chatId);
		expect(await notifications(project, silent.chatId)).toEqual([]);
	});

	test('replies at the same time make one email', async () => {
		const { chatId } = await makeChat(project);
		await Promise.all(Array.from({ length: 8 }, () => answer(project, chatId)));
		const all = await notifications(project, chatId);
		expect(all).toHaveLength(1);
		expect(all[0]).toMatchObject({ first_seq: 1, last_seq: 8 });
	});

	test('it goes with the chat and with the user', async () => {
		const { chatId, userId } = await makeChat(project);
		await answer(project, chatId);
		await project.sql`delete from auth.users where id = ${userId}`;
		expect(await notifications(project, chatId)).toEqual([]);
	});
});
