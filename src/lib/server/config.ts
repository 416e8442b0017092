type Environment = Record<string, string | undefined>;

/** The Supabase project of this dashboard. Both values are public and sent to browsers. */
export interface Config {
	supabaseUrl: string;
	publishableKey: string;
}

/** Reads the project from the environment, and lists missing and invalid values. */
export function readConfig(
	source: Environment,
): { config: Config; problems: [] } | { config: null; problems: string[] } {
	const problems: string[] = [];
	const supabaseUrl = source.SUPABASE_URL?.trim() ?? '';
	const publishableKey = source.SUPABASE_PUBLISHABLE_KEY?.trim() ?? '';
	if (supabaseUrl === '') problems.push('SUPABASE_URL is not set.');
	else if (!isHttpUrl(supabaseUrl)) problems.push('SUPABASE_URL is not an http or https address.');
	if (publishableKey === '') problems.push('SUPABASE_PUBLISHABLE_KEY is not set.');
	else if (publishableKey.startsWith('sb_secret_'))
		problems.push('SUPABASE_PUBLISHABLE_KEY holds a secret key. Put the publishable one there.');
	if (problems.length > 0) return { config: null, problems };
	return { config: { supabaseUrl: supabaseUrl.replace(/\/+$/, ''), publishableKey }, problems: [] };
}

/** Is the demo page (a sample shop with the widget) available? */
export function isDemoEnabled(source: Environment): boolean {
	return source.DEMO === 'true' || source.DEMO === '1';
}

function isHttpUrl(value: string): boolean {
	return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
