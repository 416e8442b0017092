import { describe, expect, test } from 'vitest';
import { rolledBack, type Row, type Transaction } from '../helpers/database';

/** Monday to Friday, nine to five, in a zone. */
const office = (zone: string, work: (tx: Transaction) => Promise<void>): Promise<void> =>
	rolledBack(async (tx) => {
		await tx`update public.support_settings set time_zone = ${zone}`;
		await tx`
			insert into public.support_schedules (weekday, opens, closes)
			select d, '09:00', '17:00' from generate_series(1, 5) d`;
		await work(tx);
	}, 'read committed');

async function isOpen(tx: Transaction, at: string): Promise<boolean> {
	const [row] = await tx<Row[]>`select support_private.is_open_at(${at}::timestamptz) as open`;
	return row!.open;
}

async function next(tx: Transaction, after: string): Promise<string | null> {
	const [row] = await tx<{ at: Date | null }[]>`
		select support_private.next_opening(${after}::timestamptz) as at`;
	return row!.at?.toISOString() ?? null;
}

describe('working hours', () => {
	test('without any the team always works, and no opening is announced', async () => {
		await rolledBack(async (tx) => {
			expect(await isOpen(tx, '2026-01-04T03:00:00Z')).toBe(true);
			expect(await next(tx, '2026-01-04T03:00:00Z')).toBeNull();
		});
	});

	test.each([
		['UTC', '2026-01-05T09:00:00Z', true], // Monday, to the second
		['UTC', '2026-01-05T08:59:59Z', false],
		['UTC', '2026-01-05T16:59:59Z', true],
		['UTC', '2026-01-05T17:00:00Z', false],
		['UTC', '2026-01-04T12:00:00Z', false], // Sunday
		['Europe/Berlin', '2026-01-05T08:30:00Z', true], // 9:30 in winter
		['Europe/Berlin', '2026-07-06T07:30:00Z', true], // 9:30 in summer
		['Europe/Berlin', '2026-07-06T15:30:00Z', false], // 17:30 in summer
		['Asia/Kolkata', '2026-01-05T03:30:00Z', true], // half an hour counts: 9:00
		['Pacific/Auckland', '2026-01-04T20:00:00Z', true], // already Monday there
		['America/Los_Angeles', '2026-01-06T00:30:00Z', true], // still Monday there
	])('in %s at %s: open %s', async (zone, at, open) => {
		await office(zone, async (tx) => expect(await isOpen(tx, at)).toBe(open));
	});

	test.each([
		['UTC', '2026-01-05T08:00:00Z', '2026-01-05T09:00:00.000Z'],
		['UTC', '2026-01-05T09:00:00Z', '2026-01-06T09:00:00.000Z'],
		['UTC', '2026-01-09T18:00:00Z', '2026-01-12T09:00:00.000Z'], // Friday evening: Monday
		// Over both changes of the clock: nine stays nine.
		['Europe/Berlin', '2026-03-27T18:00:00Z', '2026-03-30T07:00:00.000Z'],
		['Europe/Berlin', '2026-10-23T18:00:00Z', '2026-10-26T08:00:00.000Z'],
		['America/New_York', '2026-03-06T23:00:00Z', '2026-03-09T13:00:00.000Z'],
	])('in %s after %s the next opening is %s', async (zone, after, at) => {
		await office(zone, async (tx) => expect(await next(tx, after)).toBe(at));
	});

	test('once a week is found from right after it began', async () => {
		await rolledBack(async (tx) => {
			await tx`insert into public.support_schedules (weekday, opens, closes) values (3, '10:00', '11:00')`;
			expect(await next(tx, '2026-01-07T10:00:00Z')).toBe('2026-01-14T10:00:00.000Z');
		});
	});

	test('may have a break, and go on until midnight', async () => {
		await rolledBack(async (tx) => {
			await tx`
				insert into public.support_schedules (weekday, opens, closes)
				values (1, '08:00', '12:00'), (1, '13:00', '24:00')`;
			const open = await Promise.all(
				['07:59', '11:59', '12:30', '13:00', '23:59'].map((time) =>
					isOpen(tx, `2026-01-05T${time}:00Z`),
				),
			);
			expect(open).toEqual([false, true, false, true, true]);
			expect(await next(tx, '2026-01-05T12:30:00Z')).toBe('2026-01-05T13:00:00.000Z');
		});
	});

	test('an hour that the clock skips does not exist, one that it repeats is open twice', async () => {
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set time_zone = 'Europe/Berlin'`;
			await tx`insert into public.support_schedules (weekday, opens, closes) values (7, '02:00', '03:00')`;
			expect(await isOpen(tx, '2026-03-29T00:59:59Z')).toBe(false); // 1:59:59, then 3:00
			expect(await isOpen(tx, '2026-03-29T01:00:00Z')).toBe(false);
			expect(await isOpen(tx, '2026-10-25T00:30:00Z')).toBe(true); // 2:30 in summer time
			expect(await isOpen(tx, '2026-10-25T01:30:00Z')).toBe(true); // 2:30 once more
		}, 'read committed');
	});

	test.each([
		['an end before the begin', [1, '17:00', '09:00'], '23514'],
		['no time at all', [1, '09:00', '09:00'], '23514'],
		['day zero', [0, '09:00', '17:00'], '23514'],
		['an eighth day', [8, '09:00', '17:00'], '23514'],
		['the same begin twice', [1, '09:00', '12:00'], '23505'],
	] as const)('%s is refused', async (_what, [weekday, opens, closes], code) => {
		const call = office('UTC', async (tx) => {
			const row = { weekday, opens, closes };
			await tx`insert into public.support_schedules ${tx(row)}`;
		});
		await expect(call).rejects.toMatchObject({ code });
	});
});
