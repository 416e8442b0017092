/**
 * `npm run dev`: the embedded local stack with demo data, the dashboard and the widget, until Ctrl-C. If SUPABASE_URL
 * is set (in the environment or in `.env`), only the dashboard and the widget, with that project.
 */
import { Cleanup } from './stack/cleanup';
import { describeFailure } from './dev/failure';
import { type DevOptions, readDevOptions } from './dev/options';
import { stopRequested } from './dev/stop-request';
import { startVite } from './dev/start-vite';
import { localSummary, projectSummary } from './dev/summary';
import { reservePort } from './stack/ports';
import {
	assertPersistentDataFree,
	resetPersistentData,
	startLocalStack,
} from './stack/start-local-stack';

const cleanup = new Cleanup();
const stop = stopRequested();

try {
	const summary = await Promise.race([
		start(readDevOptions(process.argv.slice(2), process.env)),
		stop,
	]);
	if (summary) console.log(summary);
	await stop;
	console.log('Stopping…');
} catch (error) {
	console.error(describeFailure(error));
	process.exitCode = 1;
}
await cleanup.run().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
process.exit();

async function start(options: DevOptions): Promise<string> {
	const dashboardUrl = `http://127.0.0.1:${options.ports.dashboard}`;
	// Check this first, so that a second start reports the reason instead of a taken port.
	if (!options.project) await assertPersistentDataFree();
	await reservePort(options.ports.dashboard, 'dashboard');
	if (options.project) {
		await startVite(['widget'], cleanup);
		await startDashboard(options, options.project);
		return projectSummary(dashboardUrl, options.project.url);
	}
	for (const part of ['api', 'database', 'outbox'] as const)
		await reservePort(options.ports[part], part);
	const widget = startVite(['widget'], cleanup);
	const [stack] = await Promise.all([startStack(options, dashboardUrl), widget]);
	await startDashboard(options, { url: stack.apiUrl, publishableKey: stack.publishableKey });
	return localSummary(dashboardUrl, stack);
}

async function startStack(options: DevOptions, dashboardUrl: string) {
	if (options.reset) await resetPersistentData();
	const stack = await startLocalStack({
		ports: options.ports,
		dataDir: 'persistent',
		seed: true,
		dashboardUrl,
		log: (line) => {
			// lite logs every request that it refuses.
			if (options.verbose || !line.startsWith('lite: ')) console.log(line);
		},
	});
	cleanup.add(() => stack.stop());
	return stack;
}

async function startDashboard(
	{ ports }: DevOptions,
	project: { url: string; publishableKey: string },
): Promise<void> {
	await startVite(['dashboard', String(ports.dashboard)], cleanup, {
		SUPABASE_URL: project.url,
		SUPABASE_PUBLISHABLE_KEY: project.publishableKey,
	});
}
