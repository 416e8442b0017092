import postgres from 'postgres';
import { Closers } from '../../local-stack/stack/cleanup';
import { startLocalStack, type LocalStack } from '../../local-stack/stack/start-local-stack';
import { startSite } from '../../e2e/site/start-site';
import type { AttackSite } from './part';

/** The servers under attack. Each starts when a part first needs it and stops at the end. */
export class Arena {
	readonly #closers = new Closers();
	#stack: Promise<LocalStack> | undefined;
	#site: Promise<AttackSite> | undefined;

	stack(): Promise<LocalStack> {
		this.#stack ??= this.#startStack();
		return this.#stack;
	}

	site(): Promise<AttackSite> {
		this.#site ??= this.#startSite();
		return this.#site;
	}

	close(): Promise<void> {
		return this.#closers.close();
	}

	async #startStack(): Promise<LocalStack> {
		const stack = await startLocalStack({
			ports: { api: 0, database: 0, outbox: 0 },
			realtime: { joinErrorDelayMs: 0 },
		});
		this.#closers.add(() => stack.stop());
		await stopJobs(stack.sql);
		return stack;
	}

	async #startSite(): Promise<AttackSite> {
		const { site, stop } = await startSite();
		this.#closers.add(stop);
		const sql = postgres(site.databaseUrl, { max: 2, onnotice: () => undefined });
		this.#closers.add(() => sql.end({ timeout: 1 }));
		await stopJobs(sql);
		return { ...site, sql };
	}
}

/** Cron jobs change rows; rows that change during an attack must be the attack's doing. */
async function stopJobs(sql: postgres.Sql): Promise<void> {
	await sql`select cron.unschedule(jobname) from cron.job`;
}
