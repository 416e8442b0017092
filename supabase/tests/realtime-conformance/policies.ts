import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { sql } from '../helpers/database';

/** The rights that one policy on realtime.messages gives authenticated users on topics of a prefix. */
type Policy = [command: 'select' | 'insert', condition: string];

const policies: Record<string, Policy> = {
	// event and private: the row that Realtime probes with has neither.
	read: ['select', "realtime.topic() ~ '^conf[wp]?:' and event is null and not private"],
	own: [
		'select',
		"realtime.topic() = 'confsub:' || (select auth.uid())::text and current_user = 'authenticated'",
	],
	raise: [
		'select',
		"case when realtime.topic() ~ '^confraise:' then 1 / (length(realtime.topic()) - length(realtime.topic())) = 1 end",
	],
	write: ['insert', "realtime.topic() ~ '^confw:' and extension = 'broadcast'"],
	presence: ['insert', "realtime.topic() ~ '^confp:' and extension = 'presence'"],
};

/**
 * Policies for the tests of one file, named for it alone, and removed after them: `conf:` may be read, `confw:` written as
 * well, `confp:` takes presence, `confsub:<user id>` is for that user, `confraise:` raises.
 */
export function usePolicies(): void {
	const file = randomUUID().slice(0, 8);
	beforeAll(async () => {
		for (const [policy, rule] of Object.entries(policies)) await create(`${policy} ${file}`, rule);
	});
	afterAll(async () => {
		for (const policy of Object.keys(policies)) await drop(`${policy} ${file}`);
	});
}

/** A policy for one topic alone; the function that is returned drops it. */
export async function allowReading(topic: string): Promise<() => Promise<unknown>> {
	await create(`read ${topic}`, ['select', `realtime.topic() = '${topic}'`]);
	return () => drop(`read ${topic}`);
}

function create(name: string, [command, condition]: Policy): Promise<unknown> {
	const check = command === 'select' ? 'using' : 'with check';
	return sql.unsafe(
		`create policy "conformance ${name}" on realtime.messages for ${command} to authenticated ${check} (${condition})`,
	);
}

function drop(name: string): Promise<unknown> {
	return sql.unsafe(`drop policy if exists "conformance ${name}" on realtime.messages`);
}
