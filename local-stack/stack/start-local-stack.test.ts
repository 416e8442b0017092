import { createServer } from 'node:net';
import { readdir } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { findHome } from '../postgres/home';
import { makeDataDir } from '../testing/data-dir';
import { signUp } from '../testing/people';
import { startTestStack } from '../testing/stack';
import { OtherMigrationsError } from './push-migrations';
import { type LocalStack, startLocalStack } from './start-local-stack';

const running = new Set<LocalStack>();

async function start(options: Parameters<typeof startTestStack>[0] = {}): Promise<LocalStack> {
	const stack = await startTestStack(options);
	running.add(stack);
	return stack;
}

afterEach(async () => {
	await Promise.all([...running].map((stack) => stack.stop()));
	running.clear();
});

describe('starting and stopping', () => {
	it('leaves no process, no port and no data behind', async () => {
		const home = await findHome();
		const before = await readdir(home);
		const stack = await start();
		const made = (await readdir(home)).filter(
			(name) => name.startsWith('temporary-') && !before.includes(name),
		);
		expect(made.length).toBeGreaterThan(0);
		await stack.stop();

		const mine = (await readdir(home)).filter((name) =>
			name.startsWith(`temporary-${process.pid}-`),
		);
		expect(mine).toEqual([]);
		for (const url of [stack.apiUrl, stack.outboxUrl]) await expect(fetch(url)).rejects.toThrow();
	});

	it('applies every migration and creates today’s partition for broadcasts', async () => {
		const { sql } = await start();
		const [applied] =
			await sql`select count(*)::int as n from supabase_migrations.schema_migrations`;
		expect(applied?.['n']).toBeGreaterThan(0);
		const [today] = await sql`
			select to_regclass('realtime.messages_' || to_char(now() at time zone 'utc', 'YYYY_MM_DD')) as name`;
		expect(today?.['name']).not.toBeNull();
	});

	it('can be stopped twice', async () => {
		const stack = await start();
		await Promise.all([stack.stop(), stack.stop()]);
	});

	it('can run several times at once', async () => {
		const [one, two] = await Promise.all([start(), start()]);
		await signUp(one, { email: 'ada@example.com' });
		const [{ n } = { n: -1 }] = await two.sql`select count(*)::int as n from auth.users`;
		expect(n).toBe(0);
	});
});

describe('the data directory', () => {
	it('keeps the data over a restart', async () => {
		const data = await makeDataDir();
		try {
			const first = await start({ dataDir: data.path });
			const ada = await signUp(first, { email: 'ada@example.com' });
			await first.stop();
			const second = await start({ dataDir: data.path });
			const rows = await second.sql`select id from auth.users`;
			expect(rows).toEqual([{ id: ada.id }]);
			await second.stop();
		} finally {
			await data.remove();
		}
	});

	it('of other migrations is recognised before anything is applied', async () => {
		const data = await makeDataDir();
		try {
			const first = await start({ dataDir: data.path });
			await first.sql`
				update supabase_migrations.schema_migrations set version = '20200101000000'
				where version = (select min(version) from supabase_migrations.schema_migrations)`;
			await first.stop();
			await expect(start({ dataDir: data.path })).rejects.toThrow(OtherMigrationsError);
		} finally {
			await data.remove();
		}
	});

	it('can be used by one stack at a time, and reports that', async () => {
		const data = await makeDataDir();
		try {
			const first = await start({ dataDir: data.path });
			await expect(start({ dataDir: data.path })).rejects.toThrow(/already running on this data/);
			expect((await first.sql`select 1 as one`)[0]).toEqual({ one: 1 });
			await first.stop();
		} finally {
			await data.remove();
		}
	});

	it('survives a killed server whose lock file has the id of another process', async () => {
		const data = await makeDataDir();
		try {
			const first = await start({ dataDir: data.path });
			await signUp(first, { email: 'ada@example.com' });
			await first.stop();
			await data.writeFile(
				'postmaster.pid',
				`${process.pid}\n${data.path}\n1\n5432\n\n127.0.0.1\n`,
			);
			const second = await start({ dataDir: data.path });
			expect(await second.sql`select from auth.users`).toHaveLength(1);
			await second.stop();
		} finally {
			await data.remove();
		}
	});
});

describe('a taken port', () => {
	it.each([
		['api', 'the API'],
		['database', 'the database'],
		['outbox', 'the outbox'],
	])('for %s is reported, and nothing keeps running', async (name, purpose) => {
		const other = createServer();
		const port = await new Promise<number>((resolve) => {
			other.listen(0, '127.0.0.1', () => {
				const address = other.address();
				resolve(typeof address === 'object' && address ? address.port : 0);
			});
		});
		try {
			const failure = startLocalStack({
				ports: { api: 0, database: 0, outbox: 0, [name]: port },
			});
			await expect(failure).rejects.toThrow(`Port ${port}, which ${purpose} needs, is taken.`);
			const left = (await readdir(await findHome())).filter((entry) =>
				entry.startsWith(`temporary-${process.pid}-`),
			);
			expect(left).toEqual([]);
		} finally {
			other.close();
		}
	});
});
