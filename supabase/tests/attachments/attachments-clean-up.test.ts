import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { png } from '../../functions/_shared/files/testing/valid-files.ts';
import { storedFile } from '../helpers/attachments';
import { rolledBack, secretKey, rpc, sql, rpcIn, become, type Row } from '../helpers/database';
import {
	customerWithChat,
	isStored,
	readyFile,
	sendFiles,
	storage,
	ticket,
	upload,
	BUCKET,
} from '../helpers/files';
import { call } from '../helpers/http';
import { makeAgent } from '../setup/clients';
import type { Account } from '../../../local-stack/testing/people';

type Customer = Account & { chatId: string };
let customer: Customer;

beforeAll(async () => {
	customer = await customerWithChat();
});

/** As the clock does it: pg_cron's commands, pg_net, the real Edge Function. */
async function cleanUp(): Promise<void> {
	const jobs = await sql<Row[]>`
		select command from cron.job where jobname in ('support-sweep-files', 'support-clean-files') order by jobname desc`;
	expect(jobs).toHaveLength(2);
	for (const { command } of jobs) await sql.unsafe(String(command));
}

const isGone = (path: string) =>
	expect.poll(async () => await isStored(path), { timeout: 30_000 }).toBe(false);

async function age(path: string): Promise<void> {
	await sql`update storage.objects set created_at = created_at - interval '25 hours' where name = ${path}`;
	await sql`update public.support_attachments set created_at = created_at - interval '25 hours' where path = ${path}`;
}

async function sentFile(owner: Customer): Promise<Row> {
	const file = await readyFile(owner.accessToken, owner.chatId);
	await sendFiles(owner.accessToken, owner.chatId, [file.id]);
	return file;
}

describe('the clean-up', () => {
	test('removes after a day what no message names, and keeps the rest', async () => {
		const [unsent, fresh] = [
			await readyFile(customer.accessToken, customer.chatId),
			await readyFile(customer.accessToken, customer.chatId),
		];
		const sent = await sentFile(customer);
		const unchecked = (await ticket(customer.accessToken, customer.chatId)).body as Row;
		await upload(customer.accessToken, unchecked.path);
		for (const { path } of [unsent, sent, unchecked]) await age(path);
		await cleanUp();
		await isGone(unsent.path);
		await isGone(unchecked.path);
		expect([await storedFile(unsent.id), await storedFile(unchecked.id)]).toEqual([
			undefined,
			undefined,
		]);
		for (const { path } of [fresh, sent]) expect(await isStored(path)).toBe(true);
		const { status } = await storage(
			customer.accessToken,
			'GET',
			`object/authenticated/${BUCKET}/${sent.path}`,
		);
		expect(status).toBe(200);
	});

	test('removes after a day an object that no row names', async () => {
		const [old, young] = [
			`${customer.chatId}/${randomUUID()}.png`,
			`${customer.chatId}/${randomUUID()}.png`,
		];
		for (const path of [old, young])
			expect((await upload(inject('stack').secretKey, path, png())).status).toBe(200);
		await age(old);
		await cleanUp();
		await isGone(old);
		expect(await isStored(young)).toBe(true);
	});

	test('removes the files of a customer who is deleted', async () => {
		const leaving = await customerWithChat();
		const file = await sentFile(leaving);
		await sql`delete from auth.users where id = ${leaving.id}`;
		expect(await storedFile(file.id)).toBeUndefined();
		await cleanUp();
		await isGone(file.path);
	});

	test('removes the files of a conversation that is erased', async () => {
		const erasing = await customerWithChat();
		const file = await sentFile(erasing);
		const started = await call(erasing.accessToken, 'support_status');
		const { id } = started.body.conversation as Row;
		await call(erasing.accessToken, 'end_support_conversation', { p_conversation_id: id });
		await sql.begin(async (tx) => {
			await tx`update public.support_settings set delete_history = 'erase'`;
			await become(tx, {
				role: 'authenticated',
				claims: { sub: erasing.id, role: 'authenticated' },
			});
			await rpcIn(tx, 'delete_support_conversation', { p_conversation_id: id });
			await tx`select set_config('role', 'none', true)`;
			await tx`update public.support_settings set delete_history = 'off'`;
		});
		expect(await storedFile(file.id)).toBeUndefined();
		await cleanUp();
		await isGone(file.path);
	});

	test('keeps the file of a deleted agent: it belongs to the chat', async () => {
		const agent = await makeAgent();
		const file = await readyFile(agent.accessToken, customer.chatId);
		await sendFiles(agent.accessToken, customer.chatId, [file.id]);
		await sql`delete from auth.users where id = ${agent.id}`;
		expect(await storedFile(file.id)).toMatchObject({ uploader_id: null, status: 'ready' });
	});

	test('starts no run while nothing is due', async () => {
		await rolledBack(async (tx) => {
			await tx`delete from support_private.file_removals`;
			const [idle] = await tx`select support_private.request_file_clean_up() as id`;
			expect(idle!.id).toBeNull();
		});
	});

	test('is started by its secret only', async () => {
		const answer = await fetch(`${inject('stack').apiUrl}/functions/v1/clean-support-files`, {
			method: 'POST',
			headers: {
				'x-support-secret': '0'.repeat(64),
				authorization: `Bearer ${customer.accessToken}`,
			},
		});
		expect(answer.status).toBe(401);
	});
});

describe('the queue', () => {
	const queue = (path: string) =>
		sql`insert into support_private.file_removals (path) values (${path})`;
	const claim = (limit = 1000): Promise<string[]> =>
		rpc(secretKey, 'support_claim_file_removals', { p_limit: limit }).then((rows) =>
			rows.map(String),
		);

	test('gives each path to one worker, and again later if it was not finished', async () => {
		const path = `x/${randomUUID()}.png`;
		await rolledBack(async (tx) => {
			const claimIn = async () =>
				(await tx`select public.support_claim_file_removals(1000) as path`).map((row) => row.path);
			await tx`insert into support_private.file_removals (path) values (${path})`;
			expect(await claimIn()).toContain(path);
			expect(await claimIn()).not.toContain(path);
			await tx`update support_private.file_removals set due_at = now() where path = ${path}`;
			expect(await claimIn()).toContain(path);
			await tx`select public.support_finish_file_removals(${[path]})`;
			expect(await tx`select from support_private.file_removals where path = ${path}`).toHaveLength(
				0,
			);
		});
	});

	test('leaves a file alone whose id was asked for again', async () => {
		const { path } = (await ticket(customer.accessToken, customer.chatId)).body as Row;
		await queue(path);
		expect(await claim()).not.toContain(path);
		expect(await sql`select from support_private.file_removals where path = ${path}`).toHaveLength(
			0,
		);
	});
});

test('what pg_cron noted is kept for a week, and the host’s for ever', async () => {
	await rolledBack(async (tx) => {
		const [host] = await tx`select cron.schedule('host-job', '0 0 1 1 *', 'select 1') as id`;
		const [ours] = await tx`select jobid as id from cron.job where jobname = 'support-clean-files'`;
		for (const { id } of [host!, ours!])
			for (const days of [6, 8])
				await tx`
					insert into cron.job_run_details (jobid, runid, username, command, end_time)
					values (${id}, ${-1000 * Number(id) - days}, 'postgres', ${`test ${days}`}, now() - make_interval(days => ${days}))`;
		await tx`select support_private.purge_job_runs()`;
		const left = await tx`
			select jobid = ${host!.id} as host, command from cron.job_run_details where command like 'test %' order by 1, 2`;
		expect([...left]).toEqual([
			{ host: false, command: 'test 6' },
			{ host: true, command: 'test 6' },
			{ host: true, command: 'test 8' },
		]);
	});
});
