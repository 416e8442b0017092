import { describe, expect, test } from 'vitest';
import { coded, one, refusal, rpc, signedOut, type Row } from '../helpers/database';
import {
	createConversation,
	createCustomer,
	createAgent,
	send,
	storedMessages,
	type Person,
} from '../helpers/people';

const markRead = (caller: Person, upTo: number | null): Promise<Row> =>
	one(rpc(caller, 'mark_support_chat_read', { p_up_to_seq: upTo }));

/** Seqs 1 user, 2…4 admin, 5 user. */
async function answeredThrice(): Promise<{ customer: Person; chatId: string }> {
	const { customer, chatId } = await createConversation();
	const agent = await createAgent();
	for (const text of ['a', 'b', 'c']) await send(agent, chatId, text);
	await send(customer, chatId, 'thanks');
	return { customer, chatId };
}

const readSeqs = async (chatId: string): Promise<number[]> =>
	(await storedMessages(chatId)).filter((m) => m.read_at !== null).map((m) => m.seq);

describe('mark_support_chat_read', () => {
	test('marks the replies up to a seq, and returns how many are left', async () => {
		const { customer, chatId } = await answeredThrice();
		const answer = await markRead(customer, 3);
		expect(answer).toMatchObject({ up_to_seq: 3, unread_count: 1 });
		expect(await readSeqs(chatId)).toEqual([2, 3]);
		const stored = (await storedMessages(chatId))[1]!;
		expect(stored.read_at).toEqual(new Date(answer.read_at));
	});

	test('never marks what the customer wrote', async () => {
		const { customer, chatId } = await answeredThrice();
		await markRead(customer, 5);
		expect(await readSeqs(chatId)).toEqual([2, 3, 4]);
	});

	test('marks once: a later call leaves the first time as it is', async () => {
		const { customer, chatId } = await answeredThrice();
		await markRead(customer, 3);
		const before = (await storedMessages(chatId)).slice(0, 3);
		await markRead(customer, 5);
		expect((await storedMessages(chatId)).slice(0, 3)).toEqual(before);
	});

	test('never takes a mark back', async () => {
		const { customer, chatId } = await answeredThrice();
		await markRead(customer, 4);
		const before = await storedMessages(chatId);
		for (const upTo of [2, 0, -1, null]) {
			expect(await markRead(customer, upTo)).toMatchObject({ unread_count: 0 });
		}
		expect(await storedMessages(chatId)).toEqual(before);
	});

	test('a seq beyond the end is the end: what comes later stays unread', async () => {
		const { customer, chatId } = await answeredThrice();
		expect(await markRead(customer, 9_000_000_000)).toMatchObject({ up_to_seq: 5 });
		const late = await send(await createAgent(), chatId, 'late');
		expect(late.read_at).toBeNull();
		expect(await readSeqs(chatId)).toEqual([2, 3, 4]);
	});

	test('two tabs at once agree', async () => {
		const { customer, chatId } = await answeredThrice();
		const answers = await Promise.all([4, 3, 4, 2].map((upTo) => markRead(customer, upTo)));
		expect(await readSeqs(chatId)).toEqual([2, 3, 4]);
		expect(Math.min(...answers.map((answer) => answer.unread_count))).toBe(0);
	});

	test('touches the caller’s chat only', async () => {
		const mine = await answeredThrice();
		const theirs = await answeredThrice();
		await markRead(mine.customer, 5);
		expect(await readSeqs(theirs.chatId)).toEqual([]);
	});

	test('agents cannot mark a customer’s chat read: they have no chat of their own', async () => {
		const { chatId } = await answeredThrice();
		const none = coded(404, 'support_chat_not_found');
		expect(await refusal(markRead(await createAgent('admin'), 5))).toEqual(none);
		expect(await refusal(markRead(await createCustomer(), 5))).toEqual(none);
		expect(await readSeqs(chatId)).toEqual([]);
	});

	test('someone signed out, and a token without a user, may not', async () => {
		const nobody = { role: 'authenticated', claims: {} } as const;
		const args = { p_up_to_seq: 1 };
		expect((await refusal(rpc(signedOut, 'mark_support_chat_read', args))).code).toBe('42501');
		expect(await refusal(rpc(nobody, 'mark_support_chat_read', args))).toEqual(
			coded(401, 'support_not_authenticated'),
		);
	});
});
