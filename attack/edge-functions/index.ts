import { readdir } from 'node:fs/promises';
import { inspect } from '../core/inspect';
import { shorten } from '../core/judge';
import type { Attack, AttackPart } from '../core/part';
import { send, type Answer } from '../core/target';
import { prepareStage, type Stage } from '../people/stage';
import { changesBy, readTables } from '../people/untouched';
import { wrongCredentials, type Credentials } from './credentials';
import { functionRequest, type FunctionRequest } from './requests';

/** Requests per function and credentials in one round. */
const REQUESTS = 3;
/**
 * Answers every caller: link scanners open it, and mail programs have no key. An invalid token must change
 * nothing.
 */
const OPEN = 'support-unsubscribe';

/** Every deployed Edge Function, called by callers who must not start it. */
export const edgeFunctionsPart: AttackPart = {
	name: 'edge-functions',
	what: 'Edge Functions × wrong secrets and tokens × methods, addresses and bodies',
	rounds: 1,
	async round(attack) {
		const stack = await attack.stack();
		const stage = await prepareStage(stack.sql, stack);
		const before = await readTables(stack.sql);
		for (const credentials of await wrongCredentials(stack.sql, stage, stack))
			for (const name of await deployedFunctions())
				for (let n = 0; n < REQUESTS * attack.share; n++)
					await attackFunction(attack, name, credentials, stage);
		attack.report.note(
			'rows are changed by an Edge Function',
			changesBy(nobody, before, await readTables(stack.sql)),
		);
	},
};

const nobody = {
	...{ name: 'nobody', headers: {}, ownIds: [], forbidden: [] },
	rights: 'nothing' as const,
};

async function deployedFunctions(): Promise<string[]> {
	const entries = await readdir('supabase/functions', { withFileTypes: true });
	return entries
		.filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
		.map(({ name }) => name);
}

async function attackFunction(
	{ random, report, stack }: Attack,
	name: string,
	credentials: Credentials,
	stage: Stage,
): Promise<void> {
	const { apiUrl } = await stack();
	const request = functionRequest(stage, random);
	const answer = await send(`${apiUrl}/functions/v1/${name}${request.suffix}`, {
		...request,
		headers: { ...credentials.headers, ...request.headers },
	});
	const body = typeof request.body === 'string' ? request.body : '(bytes)';
	report.note(
		`${credentials.name}: ${request.method} ${name}${request.suffix} ${JSON.stringify(request.headers)} ${shorten(body)}`,
		[
			...inspect(answer, { words: credentials.forbidden, question: body }),
			...unlessRefused(name, request, answer),
		],
	);
}

function unlessRefused(
	name: string,
	{ method }: FunctionRequest,
	{ status, text }: Answer,
): string[] {
	// One-click unsubscribe (RFC 8058) answers alike for every well-formed token, and reveals nothing.
	const isOpen = name === OPEN && (method === 'GET' || method === 'HEAD' || text === '');
	if (method === 'OPTIONS' || isOpen || status >= 400) return [];
	return [`is not refused: ${status} ${text.slice(0, 200)}`];
}
