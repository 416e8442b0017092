import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { installBinaries } from './install-binaries';

it('copies Postgres with the stand-in extensions into an empty directory', async () => {
	const home = mkdtempSync(join(tmpdir(), 'postgres-home-'));
	onTestFinished(() => rmSync(home, { recursive: true, force: true }));
	const copy = await installBinaries(home);
	for (const extension of ['pg_cron', 'pg_net', 'supabase_vault'])
		expect(existsSync(join(copy, `share/postgresql/extension/${extension}.control`))).toBe(true);
});
