import type { AttackPart } from '../core/part';
import { send } from '../core/target';
import { prepareStage } from '../people/stage';
import { attackAcrossOrigins } from './cross-origin';
import { postTargets } from './server-actions';
import { sessionCookie, wrongVisitors } from './visitors';
import { attackAsWrongPerson } from './wrong-people';

/** The built dashboard: forms posted by callers without the right, and from other sites. */
export const formsPart: AttackPart = {
	name: 'forms',
	what: 'forms and data of every route by the wrong people; posts from other origins',
	rounds: 1,
	async round(attack) {
		const site = await attack.site();
		const all = await postTargets();
		const targets = attack.random.sample(all, all.length * attack.share);
		const stage = await prepareStage(site.sql, site);
		const cookie = sessionCookie(site, stage.admin.accessToken, stage.admin);
		const page = await send(`${site.dashboardUrl}/settings/general`, { headers: { cookie } });
		// Otherwise the next posts would be refused for an unusable cookie.
		if (page.status !== 200) throw new Error(`An admin is refused, too: ${page.status}`);
		for (const visitor of wrongVisitors(stage, site))
			await attackAsWrongPerson(attack, site, stage, visitor, targets);
		await attackAcrossOrigins(attack, site, stage, targets);
	},
};
