import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { launchBrowser } from './browser';
import { buildWidget } from './build-widget';
import { fakeSession, FakeProject } from './fake-project';
import { serve, type Served } from './serve';

/** How a page of the customer's site is made. */
export interface PageOptions {
	/** Attributes of the script, besides project and key. */
	attributes?: string;
	head?: string;
	body?: string;
	/** Response headers. */
	headers?: Record<string, string>;
	/** The content of localStorage before the page loads; by default a user is signed in. */
	session?: object | null;
	query?: string;
	/** Leaves the script out; the page begins the widget itself. */
	bare?: boolean;
	context?: BrowserContextOptions;
}

export const STORAGE_KEY = 'sb-127-auth-token';

/** The published widget on one site, a customer's page on another, a project on a third. */
export class Site {
	project = new FakeProject();
	/** Script files that cannot be had while this matches. */
	blocked: RegExp | null = null;
	/** Requests to the widget's site. */
	files: string[] = [];
	#browser: Browser | undefined;
	#assets: Served | undefined;
	#pages: Served | undefined;
	#built: Awaited<ReturnType<typeof buildWidget>> | undefined;
	#page: PageOptions = {};

	async start(): Promise<void> {
		const built = await buildWidget();
		this.#built = built;
		this.#browser = await launchBrowser();
		this.#assets = await serve(async (request, response) => {
			const { pathname } = new URL(request.url ?? '', 'http://x');
			const file = join(built.dir, pathname);
			this.files.push(pathname);
			response.setHeader('access-control-allow-origin', '*');
			response.setHeader('content-type', 'text/javascript');
			if (this.blocked?.test(pathname) || !existsSync(file)) response.statusCode = 404;
			response.end(response.statusCode === 404 ? '' : await readFile(file));
		}, 'localhost');
		this.#pages = await serve((_, response) => {
			for (const [name, value] of Object.entries(this.#page.headers ?? {})) {
				response.setHeader(name, value);
			}
			response.setHeader('content-type', 'text/html; charset=utf-8');
			response.end(this.#html());
		});
	}

	/** Where the built files lie. */
	get dir(): string {
		return this.#built?.dir ?? '';
	}

	async stop(): Promise<void> {
		await this.#browser?.close();
		await Promise.all([this.#assets?.close(), this.#pages?.close()]);
		await this.#built?.remove();
	}

	/** A fresh project for each test. */
	async begin(): Promise<void> {
		this.project = new FakeProject();
		this.blocked = null;
		await this.project.start();
	}

	async end(): Promise<void> {
		await Promise.all((this.#browser?.contexts() ?? []).map((context) => context.close()));
		await this.project.stop();
	}

	get scriptUrl(): string {
		return `${this.#assets?.url ?? ''}/widget.js`;
	}

	get attributes(): string {
		return `data-supabase-url="${this.project.url}" data-publishable-key="sb_publishable_x"`;
	}

	async open(options: PageOptions = {}): Promise<Page> {
		this.#page = options;
		this.files = [];
		const context = await this.#browser?.newContext(options.context);
		if (!context) throw new Error('start() first');
		const page = await context.newPage();
		const session = options.session === undefined ? fakeSession() : options.session;
		if (session) {
			const entry = [STORAGE_KEY, JSON.stringify(session)] as const;
			await page.addInitScript(([key, value]) => {
				if (!sessionStorage.getItem('begun')) localStorage.setItem(key, value);
				sessionStorage.setItem('begun', '1');
			}, entry);
		}
		await page.goto(`${this.#pages?.url ?? ''}/${options.query ?? ''}`);
		return page;
	}

	#html(): string {
		const { attributes = '', head = '', body = '<h1>Shop</h1>', bare } = this.#page;
		const script = `<script nonce="n" async src="${this.scriptUrl}" ${this.attributes} ${attributes}></script>`;
		return `<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width">
${head}</head><body>${body}${bare ? '' : script}</body></html>`;
	}
}
