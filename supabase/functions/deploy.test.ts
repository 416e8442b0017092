import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readFunctions } from '../../local-stack/functions/config';
import { denoBinary } from '../../local-stack/functions/deno-process';
import { paths } from '../../local-stack/stack/paths';

const functions = [...readFunctions(paths.functions).values()];
const denoConfig = z.object({ imports: z.record(z.string(), z.string()) });

describe.each(functions.map((one) => [one.name, one] as const))('%s', (_name, config) => {
	const denoJson = join(paths.functions, config.name, 'deno.json');

	it("passes Deno's type check", async () => {
		const args = [
			'check',
			'--no-remote',
			'--node-modules-dir=manual',
			'--config',
			denoJson,
			config.entrypoint,
		];
		await expect(promisify(execFile)(denoBinary(), args)).resolves.toBeDefined();
	}, 60_000);

	it('is deployed with the versions that are tested here', () => {
		const { imports } = denoConfig.parse(JSON.parse(readFileSync(denoJson, 'utf8')));
		for (const [name, target] of Object.entries(imports)) {
			const manifest = join(paths.root, 'node_modules', name, 'package.json');
			const { version } = z
				.object({ version: z.string() })
				.parse(createRequire(import.meta.url)(manifest));
			expect(target).toBe(`npm:${name}@${version}`);
		}
	});

	it('checks the caller itself, because hosted gateways reject the tokens of new projects', () => {
		expect(config.verifyJwt).toBe(false);
	});
});
