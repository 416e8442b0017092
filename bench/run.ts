/** `npm run bench`: prints measurements beside the baselines of the same run. See README.md here. */
import { readFileSync } from 'node:fs';
import { cpus, release, type } from 'node:os';
import postgres from 'postgres';
import { z } from 'zod';
import { startSite, type Site } from '../e2e/site/start-site';
import { ensureChromium } from '../scripts/chromium';
import { openBrowserToBrowser } from './browser-to-browser';
import { describeSamples, percentile, ratios } from './statistics';
import { openWalRoundTrip } from './wal-round-trip';

const ROUNDS = 8;
const PER_ROUND = 25;

process.chdir(new URL('..', import.meta.url).pathname);
ensureChromium(console.log);
console.log('Starting the local stack, the dashboard and a host page…');
const { site, stop } = await startSite();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
	process.once(signal, () => void stop().then(() => process.exit(130)));
try {
	await prepare(site);
	await measureMessages(site);
} finally {
	await stop();
}

async function measureMessages(site: Site): Promise<void> {
	const [wal, browsers] = [
		await openWalRoundTrip(site.databaseUrl),
		await openBrowserToBrowser(site),
	];
	await printVersions(site, browsers.browserVersion);
	const rounds: { measured: number[]; limit: number[] }[] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		const current = { measured: new Array<number>(), limit: new Array<number>() };
		for (let n = 0; n < PER_ROUND; n += 1) {
			current.measured.push(await browsers.measure(`Message ${round}.${n}.`));
			current.limit.push(await wal.measure());
		}
		rounds.push(current);
	}
	await browsers.stop();
	await wal.stop();
	report(rounds.slice(1)); // The first round warms up.
}

function report(rounds: { measured: number[]; limit: number[] }[]): void {
	const measured = rounds.flatMap((round) => round.measured);
	const limit = rounds.flatMap((round) => round.limit);
	console.table({
		'message, browser to browser': describeSamples(measured),
		'database’s own WAL round trip': describeSamples(limit),
	});
	const perRound = ratios(rounds);
	const whole = (share: number): string =>
		(percentile(measured, share) / percentile(limit, share)).toFixed(1);
	console.log(
		`ratio: p50 × ${whole(0.5)}, p95 × ${whole(0.95)}; per round at p50: ` +
			`× ${percentile(perRound, 0).toFixed(1)} to × ${percentile(perRound, 1).toFixed(1)}, median × ${percentile(perRound, 0.5).toFixed(1)}`,
	);
}

/** The flood guard is for people; here one customer writes without a pause. */
async function prepare(site: Site): Promise<void> {
	const sql = postgres(site.databaseUrl, { max: 1 });
	await sql`update public.support_settings set messages_per_minute = 1000, email_enabled = false`;
	await sql.end();
}

async function printVersions(site: Site, chromium: string): Promise<void> {
	const sql = postgres(site.databaseUrl, { max: 1 });
	const [row] = await sql<{ server_version: string }[]>`show server_version`;
	await sql.end();
	const { version } = z
		.object({ version: z.string() })
		.parse(JSON.parse(readFileSync('package.json', 'utf8')));
	console.log(
		`supabase-support-chat ${version} · Node ${process.versions.node} · Postgres ${row?.server_version ?? '?'} · ` +
			`Chromium ${chromium} · ${type()} ${release()}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? '?'}`,
	);
}
