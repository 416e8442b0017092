import { isAdminOnly, isAgentOnly } from '../../src/lib/server/access';
import { inspect } from '../core/inspect';
import type { Attack, AttackSite } from '../core/part';
import { send, type Answer } from '../core/target';
import type { Stage } from '../people/stage';
import { changesBy, readTables } from '../people/untouched';
import { multipart, urlencoded } from './bodies';
import type { PostTarget } from './server-actions';
import type { Visitor } from './visitors';

/** Posts the forms of a route, and fetches its page and data, as a caller without the right. */
export async function attackAsWrongPerson(
	attack: Attack,
	site: AttackSite,
	stage: Stage,
	visitor: Visitor,
	targets: readonly PostTarget[],
): Promise<void> {
	const before = await readTables(site.sql);
	for (const target of targets) {
		if (!isAgentOnly(target.route)) continue;
		if (visitor.isAgent && !isAdminOnly(target.route)) continue;
		await post(attack, site, stage, visitor, target);
		await look(attack, site, visitor, target);
	}
	attack.report.note(
		`${visitor.caller.name} changes rows by the dashboard's forms`,
		changesBy({ ...visitor.caller, rights: 'nothing' }, before, await readTables(site.sql)),
	);
}

async function post(
	{ random, report }: Attack,
	site: AttackSite,
	stage: Stage,
	{ caller, cookie }: Visitor,
	{ path }: PostTarget,
): Promise<void> {
	for (const { contentType, body } of [urlencoded(stage, random), multipart(stage, random)])
		for (const enhanced of [false, true]) {
			const answer = await send(site.dashboardUrl + path, {
				method: 'POST',
				headers: {
					...{ cookie, origin: site.dashboardUrl, 'content-type': contentType },
					...(enhanced ? { accept: 'application/json', 'x-sveltekit-action': 'true' } : {}),
				},
				body,
			});
			report.note(`${caller.name} posts ${contentType} to ${path}${enhanced ? ' by script' : ''}`, [
				...inspect(answer, { words: caller.forbidden, question: body }),
				...unlessRefused(answer),
			]);
		}
}

async function look(
	{ report }: Attack,
	site: AttackSite,
	{ caller, cookie }: Visitor,
	{ path }: PostTarget,
): Promise<void> {
	const [page] = path.split('?');
	for (const address of [page, `${page}/__data.json?x-sveltekit-invalidated=111`]) {
		const answer = await send(`${site.dashboardUrl}${address}`, { headers: { cookie } });
		const problems = inspect(answer, { words: caller.forbidden, question: '' });
		const isData = answer.status === 200 && answer.text.includes('"redirect"');
		report.note(`${caller.name} gets ${address}`, [
			...problems,
			...(isData ? [] : unlessRefused(answer)),
		]);
	}
}

/** Refused means 4xx, or a redirect to the sign-in or no-access page. */
function unlessRefused({ status, headers, text }: Answer): string[] {
	if (status >= 400) return [];
	const location = headers.get('location') ?? /"location":"([^"]+)"/.exec(text)?.[1] ?? '';
	if (/^\/(login|no-access|admins-only|chats)(\?|$)/.test(location)) return [];
	return [`is not refused: ${status} ${location} ${text.slice(0, 200)}`];
}
