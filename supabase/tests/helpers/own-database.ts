import postgres from 'postgres';
import { pushMigrations } from '../../../local-stack/stack/push-migrations';
import { startDatabase } from '../../../local-stack/stack/start-database';
import type { Database } from './database';

/** A project's database that a test has for itself: what other tests write is not in it, and nothing in it disturbs them. */
export interface OwnDatabase {
	/** As the role that owns the project. */
	owner: Database;
	/** As the superuser, for what a project's owner may not do: load without triggers, count the calls of functions. */
	superuser: Database;
	stop(): Promise<void>;
}

/** Starts Postgres with the migrations applied. No API and no workers: nothing runs in it but the test. */
export async function startOwnDatabase(): Promise<OwnDatabase> {
	const database = await startDatabase({ port: 0, dataDir: 'temporary', log: () => undefined });
	const connect = (role: string): Database =>
		postgres(database.urlFor(role), {
			max: 16,
			onnotice: () => undefined,
			types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
		});
	const owner = connect('postgres');
	const superuser = connect('supabase_admin');
	const stop = async (): Promise<void> => {
		await Promise.all([owner.end({ timeout: 5 }), superuser.end({ timeout: 5 })]);
		await database.stop();
	};
	try {
		await pushMigrations(owner, database.urlFor('postgres'));
	} catch (error) {
		await stop();
		throw error;
	}
	return { owner, superuser, stop };
}
