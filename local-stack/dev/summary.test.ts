import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { localProjectKeys } from '../stack/project-keys';
import { localSummary, projectSummary } from './summary';

const DASHBOARD = 'http://127.0.0.1:5173';

it('has every address and both keys of the local stack', () => {
	const { publishableKey, secretKey } = localProjectKeys();
	const summary = localSummary(DASHBOARD, {
		apiUrl: 'http://127.0.0.1:54321',
		databaseUrl: 'postgresql://postgres@127.0.0.1:54322/postgres',
		outboxUrl: 'http://127.0.0.1:54324',
		...{ publishableKey, secretKey },
	});
	const lines = stripVTControlCharacters(summary).split('\n');
	for (const [name, value] of [
		['Dashboard', DASHBOARD],
		['Demo page', `${DASHBOARD}/demo`],
		['API', 'http://127.0.0.1:54321'],
		['Database', 'postgresql://postgres@127.0.0.1:54322/postgres'],
		['Outbox', 'http://127.0.0.1:54324'],
		['Publishable key', publishableKey],
		['Secret key', secretKey],
	])
		expect(lines.map((line) => line.trim().split(/ {2,}/))).toContainEqual([name, value]);
});

it('has no key of a project that runs elsewhere', () => {
	expect(projectSummary(DASHBOARD, 'https://example.supabase.co')).not.toContain('key');
});
