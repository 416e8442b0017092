import { reservePort } from '../../local-stack/stack/ports';
import { startTestStack } from '../../local-stack/testing/stack';
import { ensureBuild } from './build';
import { startDashboard } from './dashboard';
import { startHostServer } from './host-server';

/** Addresses and keys that the journeys use. */
export interface Site {
	dashboardUrl: string;
	hostUrl: string;
	apiUrl: string;
	databaseUrl: string;
	outboxUrl: string;
	publishableKey: string;
	secretKey: string;
	jwtSecret: string;
}

/** The whole product on free ports: local stack with demo data, built dashboard, and a host page of another origin. */
export async function startSite(
	log?: (line: string) => void,
): Promise<{ site: Site; stop(): Promise<void> }> {
	await ensureBuild();
	const dashboardPort = await reservePort(0, 'dashboard');
	const stack = await startTestStack({
		dashboardUrl: `http://127.0.0.1:${dashboardPort}`,
		seed: true,
		...(log ? { log } : {}),
	});
	// Journeys begin with an empty queue.
	await stack.sql`
		update public.support_conversations set status = 'ended', ended_at = now(), ended_by = 'staff'
		where status <> 'ended'`;
	const dashboard = await startDashboard(dashboardPort, stack);
	const host = await startHostServer({ ...stack, dashboardUrl: dashboard.url });
	return {
		site: {
			dashboardUrl: dashboard.url,
			hostUrl: host.url,
			apiUrl: stack.apiUrl,
			databaseUrl: stack.databaseUrl,
			outboxUrl: stack.outboxUrl,
			publishableKey: stack.publishableKey,
			secretKey: stack.secretKey,
			jwtSecret: stack.jwtSecret,
		},
		async stop() {
			await Promise.all([host.stop(), dashboard.stop()]);
			await stack.stop();
		},
	};
}
