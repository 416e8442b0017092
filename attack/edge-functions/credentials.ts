import type postgres from 'postgres';
import type { Target } from '../core/target';
import { callerNames, makeCaller } from '../people/callers';
import type { Stage } from '../people/stage';

/** The credentials of a caller of an Edge Function. */
export interface Credentials {
	name: string;
	headers: Record<string, string>;
	/** Text of others that no answer to these callers may contain. */
	forbidden: string[];
}

/** Wrong secrets made from the real one, and every token except the secret key. */
export async function wrongCredentials(
	sql: postgres.Sql,
	stage: Stage,
	target: Target,
): Promise<Credentials[]> {
	const secret = await workerSecret(sql);
	const secrets: Record<string, string> = {
		'an empty secret': '',
		'a space for a secret': ' ',
		'the beginning of the secret': secret.slice(0, -1),
		'the secret and more': `${secret}0`,
		'the secret in capitals':
			secret === secret.toUpperCase() ? secret.toLowerCase() : secret.toUpperCase(),
		'the secret backwards': secret.split('').reverse().join(''),
		'two secrets': `${secret}, ${secret}`,
		'a list': `["${secret}"]`,
		'a wildcard': '%',
		null: 'null',
		undefined: 'undefined',
		'the publishable key for a secret': target.publishableKey,
		'a huge secret': 'x'.repeat(8_000),
	};
	const callers = callerNames.filter((name) => name !== 'secret key');
	return [
		{ name: 'nobody', headers: {}, forbidden: stage.secrets },
		...Object.entries(secrets).map(([name, value]) => ({
			name,
			headers: { 'x-support-secret': value },
			forbidden: stage.secrets,
		})),
		...callers.map((name) => {
			const { headers, forbidden } = makeCaller(name, stage, target);
			return { name, headers, forbidden };
		}),
	];
}

async function workerSecret(sql: postgres.Sql): Promise<string> {
	const [row] = await sql<{ secret: string }[]>`
		select decrypted_secret as secret from vault.decrypted_secrets where name = 'support_email_secret'`;
	if (!row) throw new Error('There is no secret of the workers.');
	return row.secret;
}
