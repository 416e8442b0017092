import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { active, ended, rate, stored, waiting } from '../helpers/conversations';
import { coded, refusal, signedOut, type Refusal } from '../helpers/database';
import { createCustomer, createRemovedAgent, createAgent } from '../helpers/people';

const notFound = coded(404, 'support_conversation_not_found');
const invalid = coded(400, 'support_rating_invalid');

describe('rating', () => {
	test.each([1, 5])(
		'an ended conversation with %s and a comment is kept, with the time',
		async (stars) => {
			const { customer, id } = await ended();
			const rated = await rate(customer, id, stars, '  Quick and kind \n');
			expect(rated).toMatchObject({ rating: stars, feedback: 'Quick and kind', status: 'ended' });
			expect((await stored(id)).rated_at).toBeInstanceOf(Date);
		},
	);

	test.each([null, '', ' \u200b '])('needs no comment: %j is none', async (feedback) => {
		const { customer, id } = await ended();
		expect(await rate(customer, id, 4, feedback)).toMatchObject({ rating: 4, feedback: null });
	});

	test('a comment is text, whatever is in it', async () => {
		const { customer, id } = await ended();
		const feedback = `=1+1 <img src=x onerror=alert(1)> '; drop table x; -- 💥`;
		await rate(customer, id, 1, feedback);
		expect(await stored(id)).toMatchObject({ feedback });
	});

	test.each([0, 6, -1, 2_147_483_647, null])('with %s is refused', async (stars) => {
		const { customer, id } = await ended();
		await refused(customer, id, invalid, stars);
	});

	test('with a comment of 1,000 characters is taken, with more refused', async () => {
		const { customer, id } = await ended();
		const call = rate(customer, id, 3, 'ä'.repeat(1001));
		expect(await refusal(call)).toEqual(coded(400, 'support_feedback_too_long'));
		expect((await stored(id)).rating).toBeNull();
		expect((await rate(customer, id, 3, 'ä'.repeat(1000))).feedback).toHaveLength(1000);
	});

	test('a second time is refused, and the first stays', async () => {
		const { customer, id } = await ended();
		await rate(customer, id, 5);
		await refused(customer, id, coded(409, 'support_already_rated'), 1);
		expect(await stored(id)).toMatchObject({ rating: 5 });
	});

	test('from two tabs at once counts once', async () => {
		const { customer, id } = await ended();
		const both = await Promise.allSettled([rate(customer, id, 1), rate(customer, id, 5)]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	});

	test.each([waiting, active])('one that is open is refused', async (make) => {
		const { customer, id } = await make();
		await refused(customer, id, coded(409, 'support_conversation_open'));
	});

	test('another’s is as one that does not exist, for agents, too', async () => {
		const { id, agent } = await ended();
		const others = [
			await createCustomer(),
			(await ended()).customer,
			await createRemovedAgent(),
			agent,
			await createAgent('admin'),
		];
		for (const caller of others) {
			await refused(caller, id, notFound);
			expect(await refusal(rate(caller, randomUUID(), 5))).toEqual(notFound);
		}
	});

	test('signed out is refused', async () => {
		const { id } = await ended();
		expect((await refusal(rate(signedOut, id, 5))).code).toBe('42501');
	});
});

async function refused(
	caller: Parameters<typeof rate>[0],
	id: string,
	expected: Refusal,
	stars: number | null = 5,
): Promise<void> {
	const before = await stored(id);
	expect(await refusal(rate(caller, id, stars))).toEqual(expected);
	expect(await stored(id)).toEqual(before);
}
