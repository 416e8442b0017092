import postgres from 'postgres';
import { type Cleanup } from './cleanup';
import { startCron } from '../extensions/cron/index';
import { startFunctions } from '../functions/index';
import { handleAuth } from '../auth/auth';
import { createGateway, type Route } from '../gateway/create-gateway';
import { createLiteApps } from '../gateway/lite-apps';
import { handleRest } from '../gateway/rest';
import { closeServer, listen } from './listen';
import { startNet } from '../extensions/net/index';
import { paths } from './paths';
import { functionEnvironment } from './function-environment';
import { SUPERUSER } from '../postgres/start-postgres';
import { type ProjectKeys, roleOfKey } from './project-keys';
import { createRealtime } from '../realtime/index';
import { type Database } from './start-database';
import { startStorage, STORAGE_PREFIX } from '../storage/index';

interface ApiOptions {
	port: number;
	database: Database;
	keys: ProjectKeys;
	outboxUrl: string;
	dashboardUrl?: string;
	jwtExpirySeconds?: number;
	realtime?: { joinErrorDelayMs?: number };
	log: (line: string) => void;
	cleanup: Cleanup;
}

export interface Api {
	url: string;
	/** Starts the workers of pg_cron and pg_net, after the migrations. */
	startWorkers(): Promise<void>;
}

/** Starts all parts of the API port: REST, Auth, Realtime, Storage, Edge Functions. */
export async function startApi(options: ApiOptions): Promise<Api> {
	const { database, keys, log, cleanup } = options;
	const realtime = await createRealtime({
		databaseUrl: database.urlFor(SUPERUSER),
		jwtSecret: keys.jwtSecret,
		resolveApiKey: (key) => resolveApiKey(key, keys),
		log,
		...options.realtime,
	});
	cleanup.add(() => realtime.stop());

	const routes: Route[] = [];
	const server = createGateway({
		routes,
		upgrade: (request, socket, head) => realtime.handleUpgrade(request, socket, head),
		log,
	});
	const url = `http://127.0.0.1:${await listen(server, options.port, 'api')}`;
	cleanup.add(() => closeServer(server));
	// Stopped before the server, which would wait for open WebSockets.
	cleanup.add(() => realtime.stop());

	const superuser = postgres(database.urlFor(SUPERUSER), { max: 6, onnotice: () => undefined });
	cleanup.add(() => superuser.end({ timeout: 1 }));
	routes.push(
		...(await startRestAndAuth(options, superuser, url)),
		{
			prefix: '/realtime/v1/',
			node: (request, response) => realtime.handleHttp(request, response),
			ownPreflight: false,
		},
		await startStorageRoute(options),
		await startEdgeFunctions(options, url),
	);
	return { url, startWorkers: () => startWorkers(superuser, options) };
}

async function startRestAndAuth(
	options: ApiOptions,
	superuser: postgres.Sql,
	apiUrl: string,
): Promise<Route[]> {
	const { database, keys, cleanup } = options;
	const lite = await createLiteApps({
		restUrl: database.urlFor(SUPERUSER),
		authUrl: database.urlFor('supabase_auth_admin'),
		keys,
		siteUrl: options.dashboardUrl ?? apiUrl,
		jwtExpirySeconds: options.jwtExpirySeconds ?? 3600,
		log: options.log,
	});
	cleanup.add(() => lite.stop());
	await superuser.listen('pgrst', () => void lite.reloadSchema());
	const sql = postgres(database.urlFor('authenticator'), { max: 10, onnotice: () => undefined });
	cleanup.add(() => sql.end({ timeout: 1 }));
	return [
		{ prefix: '/rest/v1/', web: (request) => handleRest(request, { sql, lite, keys }) },
		{ prefix: '/auth/v1/', web: (request) => handleAuth(request, { lite, keys, apiUrl }) },
	];
}

async function startStorageRoute({ database, keys, log, cleanup }: ApiOptions): Promise<Route> {
	const storage = await startStorage({
		databaseUrl: database.urlFor('supabase_storage_admin'),
		dataDir: database.dataDir,
		keys,
		log,
	});
	cleanup.add(() => storage.stop());
	return {
		prefix: STORAGE_PREFIX,
		node: (request, response) => storage.handle(request, response),
		ownPreflight: false,
	};
}

async function startEdgeFunctions(options: ApiOptions, apiUrl: string): Promise<Route> {
	const functions = await startFunctions({
		functionsDir: paths.functions,
		env: functionEnvironment({
			...options,
			apiUrl,
			databaseUrl: options.database.urlFor('postgres'),
		}),
		jwtSecret: options.keys.jwtSecret,
		log: options.log,
	});
	options.cleanup.add(() => functions.stop());
	return {
		prefix: '/functions/v1/',
		node: (request, response) => functions.handle(request, response),
		ownPreflight: true,
	};
}

async function startWorkers(sql: postgres.Sql, { log, cleanup }: ApiOptions): Promise<void> {
	const workers = await Promise.all([startCron({ sql, log }), startNet({ sql, log })]);
	for (const worker of workers) cleanup.add(() => worker.stop());
}

function resolveApiKey(key: string, keys: ProjectKeys): string {
	const role = roleOfKey(key, keys);
	if (!role) throw new Error('Unknown API key');
	return role === 'anon' ? keys.anonJwt : keys.serviceRoleJwt;
}
