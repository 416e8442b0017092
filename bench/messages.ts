import type postgres from 'postgres';
import { connect } from '../local-stack/postgres/connect';
import { startSite, type Site } from '../e2e/site/start-site';
import { ensureChromium } from '../scripts/chromium';
import type { Cleanup } from '../local-stack/stack/cleanup';
import { openBrowserToBrowser } from './browser-to-browser';
import { interleave } from './interleave';
import { printRounds } from './print-rounds';
import { printVersions } from './versions';
import { openWalRoundTrip } from './wal-round-trip';

const ROUNDS = 7;
const PER_ROUND = 25;

/** A message from one browser to the other, through the whole product. It has no checks. */
export async function benchMessages(cleanup: Cleanup): Promise<boolean> {
	ensureChromium(console.log);
	console.log('\nMessages: starting the local stack, the dashboard and a host page…');
	const { site, stop } = await startSite();
	cleanup.add(stop);
	const sql = connect(site.databaseUrl, 1);
	cleanup.add(() => sql.end({ timeout: 2 }));
	// The flood guard is for people; here one customer writes without a pause.
	await sql`update public.support_settings set messages_per_minute = 1000, email_enabled = false`;
	await measureMessages(site, sql, cleanup);
	return true;
}

async function measureMessages(site: Site, sql: postgres.Sql, cleanup: Cleanup): Promise<void> {
	const wal = await openWalRoundTrip(site.databaseUrl);
	cleanup.add(() => wal.stop());
	const browsers = await openBrowserToBrowser(site);
	cleanup.add(() => browsers.stop());
	await printVersions(sql, `Chromium ${browsers.browserVersion}`);
	let n = 0;
	const rounds = await interleave(
		{ measured: () => browsers.measure(`Message ${n++}.`), limit: () => wal.measure() },
		ROUNDS,
		PER_ROUND,
	);
	printRounds([
		{ name: 'message, browser to browser', limitName: 'database’s own WAL round trip', rounds },
	]);
}
