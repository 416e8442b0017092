import type postgres from 'postgres';
import type { Caller, Rights } from './callers';

/** The rows of each table that a caller must leave as they are. */
export type Snapshot = Map<string, Map<string, string>>;

/** Tables that only admins change, whatever an agent does to chats. */
const OF_ADMINS = new Set([
	'public.support_assignment_rules',
	'public.support_email_templates',
	'public.support_schedules',
	'public.support_settings',
	'public.support_webhooks',
	'vault.secrets',
]);
/** Tables of the project that no caller changes through the product's API. */
const OF_NO_CALLER = new Set(['auth.users', 'storage.buckets']);

/** Reads every table of the product, and those of the project beside it, as they are stored. */
export async function readTables(sql: postgres.Sql): Promise<Snapshot> {
	const names = await sql<{ name: string }[]>`
		select n.nspname || '.' || c.relname as name
		from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p') and not c.relispartition and (
			n.nspname = 'support_private' or (n.nspname = 'public' and c.relname like 'support%')
			or n.nspname || '.' || c.relname in (
				'auth.users', 'vault.secrets', 'storage.buckets', 'storage.objects', 'realtime.messages'))`;
	const queries = names.map(
		({ name }) =>
			`select '${name}' as name, (to_jsonb(t) - 'updated_at')::text as row from ${name} t`,
	);
	const rows = await sql.unsafe<{ name: string; row: string }[]>(queries.join(' union all '));
	const snapshot: Snapshot = new Map(names.map(({ name }) => [name, new Map<string, string>()]));
	for (const { name, row } of rows) snapshot.get(name)!.set(row, row);
	return snapshot;
}

/** Changes that the caller had no right to make: rows added, removed or changed. */
export function changesBy(caller: Caller, before: Snapshot, after: Snapshot): string[] {
	const problems: string[] = [];
	const ownIds = [...caller.ownIds, ...chatsOf(caller, after)];
	for (const [table, rows] of after) {
		const old = before.get(table) ?? new Map<string, string>();
		const changed = [
			...[...rows.keys()].filter((row) => !old.has(row)),
			...[...old.keys()].filter((row) => !rows.has(row)),
		].filter((row) => !mayChange(caller.rights, ownIds, table, row));
		if (changed.length > 0)
			problems.push(`changes what is not theirs: ${table} ${changed[0]!.slice(0, 400)}`);
	}
	return problems;
}

/** A chat that the caller has opened in the meantime is theirs, too. */
function chatsOf({ ownIds }: Caller, after: Snapshot): string[] {
	const rows = [...(after.get('public.support_chats')?.keys() ?? [])];
	return rows
		.map((row) => JSON.parse(row) as { id: string; user_id: string })
		.filter(({ user_id }) => ownIds.includes(user_id))
		.map(({ id }) => id);
}

function mayChange(rights: Rights, ownIds: string[], table: string, row: string): boolean {
	const allowed: Record<Rights, () => boolean> = {
		nothing: () => false,
		own: () =>
			!OF_NO_CALLER.has(table) && !OF_ADMINS.has(table) && ownIds.some((id) => row.includes(id)),
		agent: () => !OF_NO_CALLER.has(table) && !OF_ADMINS.has(table),
		admin: () => !OF_NO_CALLER.has(table),
		service: () => table !== 'auth.users',
	};
	return allowed[rights]();
}
