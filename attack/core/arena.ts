import { Closers } from '../../supabase/local/closers';
import { startLocalStack, type LocalStack } from '../../supabase/local/start-local-stack';
import { startSite, type Site } from '../../e2e/site/start-site';

/** The servers that attacks go against. Each is started when a part first wants it, and stopped at the end. */
export class Arena {
	readonly #closers = new Closers();
	#stack: Promise<LocalStack> | undefined;
	#site: Promise<Site> | undefined;

	stack(): Promise<LocalStack> {
		this.#stack ??= this.#startStack();
		return this.#stack;
	}

	site(): Promise<Site> {
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
		// Jobs change rows by themselves; what changes here is to be an attack's doing.
		await stack.sql`select cron.unschedule(jobname) from cron.job`;
		return stack;
	}

	async #startSite(): Promise<Site> {
		const { site, stop } = await startSite();
		this.#closers.add(stop);
		return site;
	}
}
