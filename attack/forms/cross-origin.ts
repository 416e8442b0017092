import { inspect } from '../core/inspect';
import type { Attack, AttackSite } from '../core/part';
import { send } from '../core/target';
import type { Stage } from '../people/stage';
import { changesBy, readTables } from '../people/untouched';
import { makeCaller } from '../people/callers';
import { crossSiteTypes, multipart, urlencoded } from './bodies';
import type { PostTarget } from './server-actions';
import { sessionCookie } from './visitors';

/** Posts from other sites, in the browser of a signed-in admin. */
export async function attackAcrossOrigins(
	{ random, report }: Attack,
	site: AttackSite,
	stage: Stage,
	targets: readonly PostTarget[],
): Promise<void> {
	const cookie = sessionCookie(site, stage.admin.accessToken, stage.admin);
	const victim = makeCaller('admin', stage, site);
	const before = await readTables(site.sql);
	for (const { path } of targets)
		for (const origin of originsLike(site.dashboardUrl))
			for (const contentType of crossSiteTypes) {
				const form = contentType.startsWith('multipart') ? multipart : urlencoded;
				const { body } = form(stage, random);
				const answer = await send(site.dashboardUrl + path, {
					method: 'POST',
					headers: { cookie, 'content-type': contentType, origin },
					body,
				});
				const refused = answer.status >= 400;
				report.note(`${origin} posts ${contentType} to ${path}`, [
					...inspect(answer, { words: stage.secrets, question: body }),
					...(refused ? [] : [`is not refused: ${answer.status} ${answer.text.slice(0, 200)}`]),
				]);
			}
	report.note(
		'another site changes rows by the forms of an admin',
		changesBy({ ...victim, rights: 'nothing' }, before, await readTables(site.sql)),
	);
}

/** Origins that are not the dashboard's, some of which look like it. */
function originsLike(dashboardUrl: string): string[] {
	const { host, port } = new URL(dashboardUrl);
	return [
		'https://evil.example',
		'null',
		`https://${host}`,
		`http://127.0.0.1.evil.example:${port}`,
	];
}
