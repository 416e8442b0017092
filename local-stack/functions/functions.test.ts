import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paths } from '../stack/paths';
import { readVerifyJwt } from './config';
import { startFunctions } from './index';

const SECRET = 'a secret of at least thirty-two characters';
const programs = {
	echo: `
		import { z } from 'zod';
		Deno.serve(async (request) => {
			const { pathname, search } = new URL(request.url);
			return Response.json({
				path: pathname + search,
				method: request.method,
				body: await request.text(),
				url: Deno.env.get('SUPABASE_URL'),
				stranger: Deno.env.get('VITEST') ?? null,
				zod: z.string().parse('works'),
			});
		});`,
	page: `export default { fetch: (r) => new Response('<p>hi</p>', { headers: { 'content-type': 'text/html; charset=utf-8' } }) };`,
	broken: `throw new Error('cannot start');`,
	sandboxed: `Deno.serve(async () => Response.json({
		write: await Deno.writeTextFile('x', '').then(() => 'yes', (e) => e.name),
		run: (() => { try { new Deno.Command('ls').outputSync(); return 'yes'; } catch (e) { return e.name; } })(),
	}));`,
};

let directory: string;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let server: Server;
let url: string;
const log: string[] = [];

beforeAll(async () => {
	mkdirSync(paths.temporary, { recursive: true });
	// Inside the project, so that node_modules are found.
	directory = mkdtempSync(join(paths.temporary, 'functions-test-'));
	for (const [name, program] of Object.entries(programs)) {
		mkdirSync(join(directory, 'functions', name), { recursive: true });
		writeFileSync(join(directory, 'functions', name, 'index.ts'), program);
		writeFileSync(
			join(directory, 'functions', name, 'deno.json'),
			JSON.stringify({ imports: { zod: 'npm:zod' } }),
		);
	}
	const open = Object.keys(programs).filter((name) => name !== 'page');
	writeFileSync(
		join(directory, 'config.toml'),
		open.map((name) => `[functions.${name}]\nverify_jwt = false\n`).join('\n'),
	);
	functions = await startFunctions({
		functionsDir: join(directory, 'functions'),
		env: { SUPABASE_URL: 'http://project' },
		jwtSecret: SECRET,
		log: (line) => log.push(line),
	});
	server = createServer((request, response) => functions.handle(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/functions/v1`;
});
afterAll(async () => {
	await functions.stop();
	server.closeAllConnections();
	server.close();
	rmSync(directory, { recursive: true, force: true });
});

function token(claims: object, secret = SECRET, alg = 'HS256'): string {
	const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
	const body = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
	return `Bearer ${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}
const soon = (): number => Math.floor(Date.now() / 1000) + 60;

describe('startFunctions', () => {
	it('runs a function in Deno with only its imports, its path and its environment', async () => {
		const response = await fetch(`${url}/echo/deeper?a=1`, { method: 'POST', body: 'hello' });
		expect(await response.json()).toEqual({
			path: '/echo/deeper?a=1',
			method: 'POST',
			body: 'hello',
			url: 'http://project',
			stranger: null,
			zod: 'works',
		});
	});

	it('allows a function no access to files and programs', async () => {
		const rights: unknown = await (await fetch(`${url}/sandboxed`)).json();
		expect(rights).toEqual({ write: 'NotCapable', run: 'NotCapable' });
	});

	it.each([
		['none', undefined, 401],
		['nonsense', 'Bearer x', 401],
		['one of another project', token({ exp: soon() }, 'another secret'), 401],
		['an expired one', token({ exp: soon() - 3600 }), 401],
		['one without an end', token({}), 401],
		['one that says it needs no signature', token({ exp: soon() }, SECRET, 'none'), 401],
		['a good one', token({ exp: soon() }), 200],
	])('requires a token if verify_jwt is true: %s', async (_what, authorization, status) => {
		const response = await fetch(`${url}/page`, {
			headers: authorization ? { authorization } : {},
		});
		expect(response.status).toBe(status);
	});

	it('turns a page into plain text for a GET, as hosted does', async () => {
		const headers = { authorization: token({ exp: soon() }) };
		const got = await fetch(`${url}/page`, { headers });
		expect(got.headers.get('content-type')).toBe('text/plain; charset=utf-8');
		const posted = await fetch(`${url}/page`, { method: 'POST', headers });
		expect(posted.headers.get('content-type')).toBe('text/html; charset=utf-8');
	});

	it('reports that a function does not start, with the reason in the log', async () => {
		const response = await fetch(`${url}/broken`);
		expect(response.status).toBe(503);
		expect(await response.json()).toMatchObject({ code: 'BOOT_ERROR' });
		expect(log.join('\n')).toContain('cannot start');
	});

	it('returns 404 for other functions', async () => {
		for (const name of ['unknown', '_shared', '..', '']) {
			expect((await fetch(`${url}/${name}`)).status).toBe(404);
		}
	});
});

describe('readVerifyJwt', () => {
	it.each([
		['', true],
		['[functions.a]\nverify_jwt = false', false],
		['[functions.b]\nverify_jwt = false', true],
		['[functions.a]\n# verify_jwt = false\n[other]\nverify_jwt = false', true],
		['[functions."a"]\nentrypoint = "x"\nverify_jwt = false # why', false],
	])('%j: %s', (toml, expected) => {
		expect(readVerifyJwt(toml, 'a')).toBe(expected);
	});
});
