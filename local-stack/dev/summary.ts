import { styleText } from 'node:util';
import { type LocalStack } from '../stack/start-local-stack';

const ACCOUNTS: [email: string, who: string][] = [
	['admin@example.com', 'the team: Mika, admin'],
	['sam@example.com', 'the team: Sam, agent'],
	['ada@example.com', 'a customer'],
	['grace@example.com', 'a customer'],
];

type Addresses = Pick<
	LocalStack,
	'apiUrl' | 'databaseUrl' | 'outboxUrl' | 'publishableKey' | 'secretKey'
>;

/** The addresses, keys and accounts of the local stack, as text for the terminal. */
export function localSummary(dashboardUrl: string, stack: Addresses): string {
	return [
		'',
		bold('  Support Chat is running.'),
		'',
		...table([
			['Dashboard', dashboardUrl],
			['Demo page', `${dashboardUrl}/demo`],
			['API', stack.apiUrl],
			['Database', stack.databaseUrl],
			['Outbox', stack.outboxUrl],
			['Publishable key', stack.publishableKey],
			['Secret key', stack.secretKey],
		]),
		'',
		`  Demo accounts, all with the password ${bold('support-demo')}:`,
		...table(ACCOUNTS),
		'',
		'  Ctrl-C stops everything and keeps the data; `npm run dev -- --reset` starts fresh.',
		'',
	].join('\n');
}

/** The same for a project that runs elsewhere. */
export function projectSummary(dashboardUrl: string, projectUrl: string): string {
	return [
		'',
		bold('  The dashboard is running.'),
		'',
		...table([
			['Dashboard', dashboardUrl],
			['Demo page', `${dashboardUrl}/demo`],
			['Project', `${projectUrl} (SUPABASE_URL; no local stack was started)`],
		]),
		'',
	].join('\n');
}

function table(rows: [string, string][]): string[] {
	const width = Math.max(...rows.map(([name]) => name.length));
	return rows.map(([name, value]) => `  ${styleText('cyan', name.padEnd(width))}  ${value}`);
}

function bold(text: string): string {
	return styleText('bold', text);
}
