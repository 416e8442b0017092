import { connect } from '../../local-stack/postgres/connect';
import { Cleanup } from '../../local-stack/stack/cleanup';
import { startTestStack, stopJobs, type LocalStack } from '../../local-stack/testing/stack';
import { startSite } from '../../e2e/site/start-site';
import type { AttackSite } from './part';

/** The servers under attack. Each starts when a part first needs it and stops at the end. */
export class Arena {
	readonly #cleanup = new Cleanup();
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
		return this.#cleanup.run();
	}

	async #startStack(): Promise<LocalStack> {
		const stack = await startTestStack({ realtime: { joinErrorDelayMs: 0 } });
		this.#cleanup.add(() => stack.stop());
		// Cron jobs change rows; rows that change during an attack must be the attack's doing.
		await stopJobs(stack.sql);
		return stack;
	}

	async #startSite(): Promise<AttackSite> {
		const { site, stop } = await startSite();
		this.#cleanup.add(stop);
		const sql = connect(site.databaseUrl, 2);
		this.#cleanup.add(() => sql.end({ timeout: 1 }));
		await stopJobs(sql);
		return { ...site, sql };
	}
}
