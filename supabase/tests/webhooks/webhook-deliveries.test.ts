import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	become,
	becomeOwner,
	coded,
	refusal,
	rolledBack,
	rpcIn,
	sql,
	type Row,
	type Transaction,
} from '../helpers/database';
import { createAgent } from '../helpers/people';
import {
	addDeliveries,
	addWebhook,
	attempts,
	claim,
	deliveries,
	finish,
	wait,
	webhook,
} from '../helpers/webhooks';

const admin = await createAgent('admin');
const worker = randomUUID();
const HOURS = 3600;
/** Standard Webhooks' schedule, in seconds. */
const SCHEDULE = [
	5,
	300,
	1800,
	2 * HOURS,
	5 * HOURS,
	10 * HOURS,
	14 * HOURS,
	20 * HOURS,
	24 * HOURS,
];

/** One webhook and so many deliveries that are due, in a transaction that is taken back. */
function withDeliveries<T>(
	count: number,
	work: (tx: Transaction, id: string, secret: string) => Promise<T>,
): Promise<T> {
	return rolledBack(async (tx) => {
		await tx`update public.support_webhooks set enabled = false`;
		const { id, secret } = await addWebhook(tx, admin);
		await addDeliveries(tx, id, count);
		return work(tx, id, secret);
	}, 'read committed');
}

async function asAdmin(tx: Transaction, name: string, args: Row): Promise<Row[]> {
	await become(tx, admin);
	try {
		return await rpcIn(tx, name, args);
	} finally {
		await becomeOwner(tx);
	}
}

describe('a claim', () => {
	test('gives what the worker needs, once', async () => {
		await withDeliveries(1, async (tx, id, secret) => {
			const [claimed, ...others] = await claim(tx, worker);
			expect(others).toEqual([]);
			expect(claimed).toMatchObject({
				webhook_id: id,
				url: expect.stringMatching(/^https:\/\/hooks\.example\.com\//),
				is_private_target: false,
				secrets: [secret],
				payload: { type: 'test.ping' },
				attempt: 1,
			});
			expect(await claim(tx, randomUUID())).toEqual([]);
		});
	});

	test('whose worker is gone is claimed again after a minute, and reported', async () => {
		await withDeliveries(1, async (tx) => {
			const [first] = await claim(tx, worker);
			await wait(tx, '59 seconds');
			expect(await claim(tx, randomUUID())).toEqual([]);
			await wait(tx, '1 second');
			const [second] = await claim(tx, randomUUID());
			expect(second).toMatchObject({ id: first!.id, attempt: 2 });
			expect(await attempts(tx, first!.id)).toEqual([
				{
					attempt: 1,
					status_code: null,
					error: 'The worker ended before the receiver had answered.',
					milliseconds: null,
				},
			]);
			// The error of an earlier failure does not count any more; the delivery does.
			await finish(tx, worker, first!, { status: 500 });
			expect((await deliveries(tx, second!.webhook_id))[0]).toMatchObject({ status: 'sending' });
			await finish(tx, worker, first!, { status: 200 });
			expect((await deliveries(tx, second!.webhook_id))[0]).toMatchObject({ status: 'delivered' });
		});
	});

	test('takes four of one webhook at most, and so leaves room for the others', async () => {
		await withDeliveries(50, async (tx, id) => {
			const other = await addWebhook(tx, admin);
			await addDeliveries(tx, other.id, 2);
			const first = await claim(tx, worker);
			expect(first.filter((row) => row.webhook_id === id)).toHaveLength(4);
			expect(first.filter((row) => row.webhook_id === other.id)).toHaveLength(2);
			expect(await claim(tx, randomUUID())).toEqual([]);
			await finish(
				tx,
				worker,
				first.find((row) => row.webhook_id === id)!,
				{ status: 200 },
			);
			expect(await claim(tx, randomUUID())).toHaveLength(1);
		});
	});

	test('of two at once, gives each delivery to one', async () => {
		const { id } = await sql.begin(async (tx) => {
			await tx`update public.support_webhooks set enabled = false`;
			const made = await addWebhook(tx, admin);
			await addDeliveries(tx, made.id, 4);
			return made;
		});
		try {
			const claims = await Promise.all(
				Array.from({ length: 8 }, () => sql.begin((tx) => claim(tx, randomUUID()))),
			);
			const ids = claims.flat().map((row) => row.id);
			expect(ids).toHaveLength(4);
			expect(new Set(ids).size).toBe(4);
		} finally {
			await sql`delete from public.support_webhooks where id = ${id}`;
		}
	});

	test('takes nothing of a webhook that is off; it goes out when it is on again', async () => {
		await withDeliveries(1, async (tx, id) => {
			await tx`update public.support_webhooks set enabled = false where id = ${id}`;
			expect(await claim(tx, worker)).toEqual([]);
			await tx`update public.support_webhooks set enabled = true where id = ${id}`;
			expect(await claim(tx, worker)).toHaveLength(1);
		});
	});

	test('signs with the secret before a change, too, for a day', async () => {
		await withDeliveries(1, async (tx, id, old) => {
			const [rotated] = await asAdmin(tx, 'rotate_support_webhook_secret', { p_id: id });
			expect((await claim(tx, worker))[0]!.secrets).toEqual([rotated, old]);
			await tx`update public.support_webhooks set previous_secret_until = now() where id = ${id}`;
			await wait(tx, '2 minutes');
			expect((await claim(tx, worker))[0]!.secrets).toEqual([rotated]);
			await tx`update public.support_webhooks set previous_secret_until = now() - interval '1 s' where id = ${id}`;
			await tx`select support_private.purge_webhooks()`;
			const kept =
				await tx`select from vault.secrets where name like 'support\\_webhook\\_' || ${id} || '%'`;
			expect(kept).toHaveLength(1);
		});
	});
});

describe('a receiver that fails', () => {
	test('for days is tried ten times by the schedule, and then the delivery is dead', async () => {
		await withDeliveries(1, async (tx, id) => {
			for (const [index, seconds] of SCHEDULE.entries()) {
				const [claimed] = await claim(tx, worker);
				expect(claimed).toMatchObject({ attempt: index + 1 });
				await finish(tx, worker, claimed!, { status: 500 });
				const [row] = await deliveries(tx, id);
				expect(row).toMatchObject({ status: 'pending', attempts: index + 1, worker: null });
				expect(row!.due_in).toBeGreaterThanOrEqual(seconds * 0.9);
				expect(row!.due_in).toBeLessThanOrEqual(seconds * 1.1);
				expect(await claim(tx, worker)).toEqual([]);
				await wait(tx, `${Math.ceil(row!.due_in)} seconds`);
			}
			const [last] = await claim(tx, worker);
			await finish(tx, worker, last!, { status: 500 });
			const [dead] = await deliveries(tx, id);
			expect(dead).toMatchObject({ status: 'dead', attempts: 10 });
			await wait(tx, '30 days');
			expect(await claim(tx, worker)).toEqual([]);
			expect(await attempts(tx, dead!.id)).toHaveLength(10);
			expect(await webhook(tx, id)).toMatchObject({
				enabled: true,
				last_error: 'The receiver answered 500.',
				failing_since: expect.any(Date),
			});

			await asAdmin(tx, 'resend_support_webhook_delivery', { p_id: dead!.id });
			const [again] = await claim(tx, worker);
			expect(again).toMatchObject({ id: dead!.id, attempt: 11 });
			await finish(tx, worker, again!, { status: 500 });
			expect((await deliveries(tx, id))[0]!.due_in).toBeLessThan(6);
			await wait(tx, '6 seconds');
			const [final] = await claim(tx, worker);
			await finish(tx, worker, final!, { status: 204 });
			expect((await deliveries(tx, id))[0]).toMatchObject({ status: 'delivered', attempts: 12 });
			expect(await webhook(tx, id)).toMatchObject({ failing_since: null, last_error: null });
		});
	});

	test('and a worker that dies each time end after ten attempts as well', async () => {
		await withDeliveries(1, async (tx, id) => {
			for (let n = 0; n < 10; n += 1) {
				expect(await claim(tx, worker)).toHaveLength(1);
				await wait(tx, '61 seconds');
			}
			expect(await claim(tx, worker)).toEqual([]);
			expect((await deliveries(tx, id))[0]).toMatchObject({ status: 'dead', attempts: 10 });
		});
	});

	test.each([
		[429, 120, 120],
		[503, 7200, 7200],
		[503, 1, 4.5],
		[429, 10_000_000, 86_400],
		[500, 7200, 4.5],
	])(
		'with %i and Retry-After %i is left alone for %d seconds at least',
		async (status, retryAfter, seconds) => {
			await withDeliveries(1, async (tx, id) => {
				const [claimed] = await claim(tx, worker);
				await finish(tx, worker, claimed!, { status, retryAfter });
				const [row] = await deliveries(tx, id);
				expect(row!.due_in).toBeGreaterThanOrEqual(seconds);
				expect(row!.due_in).toBeLessThan(seconds + 2);
			});
		},
	);

	test.each([301, 400, 401, 404, 408, 418])('with %i is tried again, too', async (status) => {
		await withDeliveries(1, async (tx, id) => {
			const [claimed] = await claim(tx, worker);
			await finish(tx, worker, claimed!, { status });
			expect((await deliveries(tx, id))[0]).toMatchObject({ status: 'pending' });
		});
	});

	test('with 410 is switched off, and says why', async () => {
		await withDeliveries(3, async (tx, id) => {
			const [claimed] = await claim(tx, worker, 1);
			await finish(tx, worker, claimed!, { status: 410 });
			expect(await webhook(tx, id)).toMatchObject({ enabled: false, disabled_reason: 'gone' });
			expect(await claim(tx, worker)).toEqual([]);
			const rows = await deliveries(tx, id);
			expect(rows.map(({ status }) => status).sort()).toEqual(['dead', 'pending', 'pending']);
			for (const name of ['test_support_webhook', 'resend_support_webhook_delivery'])
				expect(
					await refusal(
						tx.savepoint((inner) =>
							asAdmin(inner as Transaction, name, {
								p_id: name === 'test_support_webhook' ? id : claimed!.id,
							}),
						),
					),
				).toEqual(coded(409, 'support_webhook_disabled'));
			await become(tx, admin);
			await tx`update public.support_webhooks set enabled = true where id = ${id}`;
			await becomeOwner(tx);
			expect(await webhook(tx, id)).toMatchObject({ disabled_reason: null, failing_since: null });
			expect(await claim(tx, worker)).toHaveLength(2);
		});
	});
});

describe('what admins do with a delivery', () => {
	test('a test event goes out whatever the webhook listens to', async () => {
		await rolledBack(async (tx) => {
			await tx`update public.support_webhooks set enabled = false`;
			const { id } = await addWebhook(tx, admin, undefined, ['chat.created']);
			const [delivery] = await asAdmin(tx, 'test_support_webhook', { p_id: id });
			const [claimed] = await claim(tx, worker);
			expect(claimed).toMatchObject({
				id: delivery,
				payload: { type: 'test.ping', data: { webhook_id: id, sent_by: admin.id } },
			});
		});
	});

	test('one that arrived is sent again under the same id; one that is under way is not', async () => {
		await withDeliveries(1, async (tx, id) => {
			const [claimed] = await claim(tx, worker);
			const again = { p_id: claimed!.id };
			const busy = tx.savepoint((inner) =>
				asAdmin(inner as Transaction, 'resend_support_webhook_delivery', again),
			);
			expect(await refusal(busy)).toEqual(coded(409, 'support_webhook_delivery_busy'));
			await finish(tx, worker, claimed!, { status: 200 });
			await asAdmin(tx, 'resend_support_webhook_delivery', again);
			expect((await deliveries(tx, id))[0]).toMatchObject({
				status: 'pending',
				delivered_at: null,
			});
			expect((await claim(tx, worker))[0]).toMatchObject({ id: claimed!.id, attempt: 2 });
		});
	});

	test('old ones are deleted: arrived after 7 days, dead after 30, never what waits', async () => {
		await withDeliveries(5, async (tx, id) => {
			await tx`alter table public.support_webhook_deliveries disable trigger support_webhook_deliveries_touch_updated_at`;
			const ages: [string, string][] = [
				['delivered', '6 days'],
				['delivered', '8 days'],
				['dead', '29 days'],
				['dead', '31 days'],
				['pending', '60 days'],
			];
			const rows = await deliveries(tx, id);
			for (const [index, [status, age]] of ages.entries())
				await tx`
					update public.support_webhook_deliveries set status = ${status}, updated_at = now() - ${age}::interval,
						created_at = now() - ${age}::interval
					where id = ${rows[index]!.id}`;
			await tx`select support_private.purge_webhooks()`;
			const left = (await deliveries(tx, id)).map(({ status }) => status);
			expect(left.sort()).toEqual(['dead', 'delivered', 'pending']);
		});
	});
});

describe('the clock', () => {
	const requested = (tx: Transaction): Promise<number> =>
		tx`select support_private.request_webhook_run() as id`.then(([row]) =>
			row!.id === null ? 0 : 1,
		);

	test('starts a run when something is due and there is room, and does nothing otherwise', async () => {
		await withDeliveries(5, async (tx, id) => {
			expect(await requested(tx)).toBe(1);
			expect(await claim(tx, worker)).toHaveLength(4);
			expect(await requested(tx)).toBe(0);
			await wait(tx, '2 minutes');
			expect(await requested(tx)).toBe(1);
			await tx`update public.support_webhooks set enabled = false where id = ${id}`;
			expect(await requested(tx)).toBe(0);
		});
	});

	test('comes every ten seconds, and every night', async () => {
		const jobs = await sql<Row[]>`
			select jobname, schedule from cron.job where jobname like 'support-%webhooks' order by 1`;
		expect([...jobs]).toEqual([
			{ jobname: 'support-deliver-webhooks', schedule: '10 seconds' },
			{ jobname: 'support-purge-webhooks', schedule: '41 3 * * *' },
		]);
	});
});
