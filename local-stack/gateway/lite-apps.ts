import { App } from '@supabase/lite';
import { createPostgresConnection } from '@supabase/lite/postgres';
import { type ProjectKeys } from '../stack/project-keys';
import { redirectLiteOutput } from './redirect-lite-output';

export interface LiteApps {
	rest(request: Request): Promise<Response>;
	auth(request: Request): Promise<Response>;
	/** Clears the cache of tables and functions; called after DDL. */
	reloadSchema(): Promise<void>;
	stop(): Promise<void>;
}

/**
 * Supabase's own Auth and REST in this process, on two connections: REST as a superuser who becomes each caller's role.
 */
export async function createLiteApps(options: {
	restUrl: string;
	authUrl: string;
	keys: ProjectKeys;
	siteUrl: string;
	jwtExpirySeconds: number;
	log: (line: string) => void;
}): Promise<LiteApps> {
	const { keys } = options;
	const restConnection = createPostgresConnection({
		url: options.restUrl,
		postgresOptions: { max: 8, onnotice: () => undefined, types: isoTimeTypes },
	});
	const authConnection = createPostgresConnection({
		url: options.authUrl,
		postgresOptions: { max: 4, onnotice: () => undefined },
	});
	// Once per connection, lite would grant everything on every table with RLS to anon and authenticated. Hosted does
	// not do that, and the tests of this product check grants. This state makes lite skip it.
	for (const connection of [restConnection, authConnection])
		Object.assign(connection, { rlsState: 'active' });

	const auth = {
		enabled: true,
		jwt_secret: keys.jwtSecret,
		publishable_key: keys.publishableKey,
		secret_key: keys.secretKey,
		jwt_expiry: options.jwtExpirySeconds,
		site_url: options.siteUrl,
		minimum_password_length: 6,
		// As on hosted, a refresh token whose successor was already used ends the session.
		enable_refresh_token_rotation: true,
		email: { enable_signup: true, enable_confirmations: false },
	};
	const common = {
		auth,
		db: { migrations: { enabled: false } },
		options: { server: { disableStudio: true, disableFallback: true } },
	};
	const restApp = new App({
		...common,
		connection: restConnection,
		api: { enabled: true, schemas: ['public'], max_rows: 1000 },
	});
	const authApp = new App({ ...common, connection: authConnection, api: { enabled: false } });
	await Promise.all([restApp.init(), authApp.init()]);

	const redirected = redirectLiteOutput(options.log);
	return {
		rest: (request) => redirected(() => restApp.fetch(request)),
		auth: (request) => redirected(() => authApp.fetch(request)),
		reloadSchema: () => restConnection.clearSchemaCache(),
		async stop() {
			await Promise.all([restConnection.close(), authConnection.close()]);
		},
	};
}

const asIs = (value: unknown): unknown => value;

/**
 * Converts `2026-01-02 03:04:05.123+00`, as Postgres prints it, to `2026-01-02T03:04:05.123+00:00`, as PostgREST and
 * browsers write it.
 */
function toIsoTime(text: string): string {
	return text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
}

/** Column types for postgres.js: times in the format of PostgREST instead of lite's. */
const isoTimeTypes = {
	timestamp: { to: 1114, from: [1114], serialize: asIs, parse: toIsoTime },
	timestamptz: { to: 1184, from: [1184], serialize: asIs, parse: toIsoTime },
};
