import { randomUUID } from 'node:crypto';
import { type Sql, type TransactionSql } from 'postgres';
import { isInsufficientPrivilege, rolledBack } from './database';
import { type Claims } from '../jwt';

/** The caller and the topic (without `realtime:`) for which the policies of realtime.messages are evaluated. */
export interface Caller {
	topic: string;
	claims: Claims;
	headers: Record<string, string>;
}

/** Null means not evaluated yet. */
export interface Access {
	read: boolean | null;
	write: boolean | null;
}

/** The rights of a channel; cached until it leaves or gets a new token. */
export interface Policies {
	broadcast: Access;
	presence: Access;
}

export function unaskedPolicies(): Policies {
	return { broadcast: { read: null, write: null }, presence: { read: null, write: null } };
}

/**
 * Evaluates the topics that the caller may receive: inserts rows without row level security, selects them through the
 * caller's policies, and rolls back. Presence is evaluated only if requested.
 * @throws the error of the database, see {@link classifyDatabaseError}
 */
export async function askRead(
	sql: Sql,
	caller: Caller,
	policies: Policies,
	wantsPresence: boolean,
): Promise<Policies> {
	const broadcastId = randomUUID();
	const presenceId = randomUUID();
	const now = new Date().toISOString().replace('Z', '');
	const probe = { updated_at: now, inserted_at: now, topic: caller.topic };
	const probes = [{ ...probe, extension: 'broadcast', id: broadcastId }];
	if (wantsPresence) probes.push({ ...probe, extension: 'presence', id: presenceId });

	const visible = await rolledBack(sql, async (transaction) => {
		await transaction`insert into realtime.messages ${transaction(probes)}`;
		await becomeCaller(transaction, caller);
		const rows = await transaction<{ id: string }[]>`
			select id from realtime.messages where id = any(${[broadcastId, presenceId]}::uuid[])`;
		return new Set(rows.map((row) => row.id));
	});
	const presence = wantsPresence
		? { ...policies.presence, read: visible.has(presenceId) }
		: policies.presence;
	return { broadcast: { ...policies.broadcast, read: visible.has(broadcastId) }, presence };
}

/**
 * Evaluates the caller's right to send, by inserting as the caller and rolling back.
 * @throws an error of the database other than a refusal, see {@link classifyDatabaseError}
 */
export async function askWrite(sql: Sql, caller: Caller, policies: Policies): Promise<Policies> {
	const write = await rolledBack(sql, async (transaction) => {
		await becomeCaller(transaction, caller);
		return {
			broadcast: await mayInsert(transaction, caller.topic, 'broadcast'),
			presence: await mayInsert(transaction, caller.topic, 'presence'),
		};
	});
	return {
		broadcast: { ...policies.broadcast, write: write.broadcast },
		presence: { ...policies.presence, write: write.presence },
	};
}

/** Takes the caller's role and sets the settings that policies read, as PostgREST does, for this transaction. */
async function becomeCaller(transaction: TransactionSql, caller: Caller): Promise<void> {
	const { role, sub } = caller.claims;
	await transaction`
		select
			set_config('role', ${role}, true),
			set_config('realtime.topic', ${caller.topic}, true),
			set_config('request.jwt.claims', ${JSON.stringify(caller.claims)}, true),
			set_config('request.jwt.claim.sub', ${typeof sub === 'string' ? sub : null}, true),
			set_config('request.jwt.claim.role', ${role}, true),
			set_config('request.headers', ${JSON.stringify(caller.headers)}, true)`;
}

async function mayInsert(
	transaction: TransactionSql,
	topic: string,
	extension: 'broadcast' | 'presence',
): Promise<boolean> {
	const now = new Date().toISOString().replace('Z', '');
	try {
		await transaction.savepoint(
			(savepoint) => savepoint`
				insert into realtime.messages (updated_at, inserted_at, topic, extension)
				values (${now}, ${now}, ${topic}, ${extension})`,
		);
		return true;
	} catch (error) {
		if (isInsufficientPrivilege(error)) return false;
		throw error;
	}
}
