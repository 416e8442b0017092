import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFunctions, type FunctionConfig } from './config';
import { startDeno, type DenoProcess } from './deno-process';
import { refuseJwt } from './verify-jwt';

export interface FunctionsOptions {
	/** The folder `supabase/functions`. */
	functionsDir: string;
	/** Environment variables of the functions: SUPABASE_URL and so on, and their secrets. */
	env: Record<string, string>;
	/** The secret that signs user tokens, for functions with `verify_jwt`. */
	jwtSecret: string;
	log?: (line: string) => void;
}

/**
 * Runs Edge Functions in real Deno, one process each, which starts with the first call or with `start(name)`. `handle`
 * accepts every path under /functions/v1/. As on hosted, it first checks the token if `verify_jwt` is true, gives the
 * function the path from its name on, and turns HTML in a GET's response into plain text.
 */
export async function startFunctions({
	functionsDir,
	env,
	jwtSecret,
	log = () => {},
}: FunctionsOptions): Promise<{
	handle(request: IncomingMessage, response: ServerResponse): void;
	start(name: string): Promise<void>;
	stop(): Promise<void>;
}> {
	const functions = readFunctions(functionsDir);
	const processes = new Map<string, Promise<DenoProcess>>();
	let stopped = false;

	function processOf(config: FunctionConfig): Promise<DenoProcess> {
		const known = processes.get(config.name);
		if (known) return known;
		const starting = startDeno(config, env, (line) => log(`[${config.name}] ${line}`));
		processes.set(config.name, starting);
		const forget = (): void => {
			if (processes.get(config.name) === starting) processes.delete(config.name);
		};
		starting.then(({ ended }) => ended.then(forget), forget);
		return starting;
	}

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', 'http://functions');
		const path = url.pathname.replace(/^\/functions\/v1/, '');
		const config = functions.get(path.split('/')[1] ?? '');
		if (!config || stopped)
			return refuse(response, 404, 'NOT_FOUND', 'Requested function was not found');
		if (config.verifyJwt && request.method !== 'OPTIONS') {
			const refusal = refuseJwt(request.headers.authorization, jwtSecret);
			if (refusal !== null) return refuse(response, 401, 401, refusal);
		}
		try {
			const { port } = await processOf(config);
			proxy(request, response, { port, path: path + url.search });
		} catch (error) {
			log(`[${config.name}] ${String(error)}`);
			refuse(response, 503, 'BOOT_ERROR', 'Function failed to start (please check logs)');
		}
	}

	return {
		handle: (request, response) => void handle(request, response),
		async start(name) {
			const config = functions.get(name);
			if (!config) throw new Error(`There is no function ${name} in ${functionsDir}`);
			await processOf(config);
		},
		async stop() {
			stopped = true;
			for (const started of await Promise.allSettled(processes.values()))
				if (started.status === 'fulfilled') await started.value.stop();
		},
	};
}

function proxy(
	request: IncomingMessage,
	response: ServerResponse,
	target: { port: number; path: string },
): void {
	const upstream = httpRequest(
		{
			host: '127.0.0.1',
			...target,
			method: request.method,
			headers: request.headers,
			agent: false,
		},
		(answer) => {
			const headers = { ...answer.headers };
			if (request.method === 'GET' && headers['content-type']?.startsWith('text/html')) {
				headers['content-type'] = headers['content-type'].replace('text/html', 'text/plain');
				headers['content-security-policy'] = "default-src 'none'; sandbox";
			}
			response.writeHead(answer.statusCode ?? 502, headers);
			answer.pipe(response);
		},
	);
	upstream.on('error', () => {
		if (response.headersSent) response.destroy();
		else
			refuse(response, 500, 'WORKER_ERROR', 'Function exited due to an error (please check logs)');
	});
	response.on('close', () => upstream.destroy());
	request.pipe(upstream);
}

function refuse(
	response: ServerResponse,
	status: number,
	code: string | number,
	message: string,
): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify({ code, message }));
}
