import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeSession } from './testing/fake-project';
import { Site, STORAGE_KEY } from './testing/site';

const site = new Site();
beforeAll(() => site.start(), 120_000);
afterAll(() => site.stop());
beforeEach(() => site.begin());
afterEach(() => site.end());
vi.setConfig({ testTimeout: 30_000 });

const opener = (page: Page) => page.getByRole('button', { name: 'Open support chat' });
const region = (page: Page) => page.getByRole('region', { name: 'Support chat' });
const box = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const launcherSize = (page: Page) =>
	opener(page).evaluate((button) => [button.clientWidth, button.clientHeight]);

describe('on a strict or hostile page', () => {
	it('obeys a content security policy with a nonce, Trusted Types and no inline styles', async () => {
		const page = await site.open({
			headers: {
				'content-security-policy': `default-src 'none'; script-src 'nonce-n'; style-src 'none'; connect-src ${site.project.url} ${site.project.url.replace('http', 'ws')}; require-trusted-types-for 'script'; trusted-types 'none'`,
			},
		});
		const complaints: string[] = [];
		page.on('console', (message) => {
			if (/content security|trusted/i.test(message.text())) complaints.push(message.text());
		});
		page.on('pageerror', (error) => complaints.push(String(error)));
		site.project.add('Hello');
		await opener(page).click();
		await box(page).fill('It works');
		await page.keyboard.press('Enter');
		await page.getByText('It works').waitFor();
		expect(await region(page).evaluate((section) => section.clientWidth)).toBeGreaterThan(350);
		expect(complaints).toEqual([]);
	});

	it("keeps its look under the page's CSS", async () => {
		const page = await site.open({
			head: `<style>html{font-size:40px}body{transform:rotate(3deg);opacity:.5}
				*{all:unset !important;--ink:red !important;--accent:red !important;display:inline !important;color:red !important}
				support-chat{display:none !important;visibility:hidden !important}button{width:1px !important}</style>`,
		});
		expect(await launcherSize(page)).toEqual([54, 54]);
		const place = await opener(page).boundingBox();
		const size = page.viewportSize();
		expect(Math.round((size?.width ?? 0) - (place?.x ?? 0))).toBe(80);
		await opener(page).click();
		await box(page).waitFor();
		expect(await box(page).evaluate((area) => getComputedStyle(area).fontSize)).toBe('16px');
		expect(await box(page).evaluate((area) => getComputedStyle(area).color)).not.toBe(
			'rgb(255, 0, 0)',
		);
	});

	it('is there once when its script is loaded twice', async () => {
		const page = await site.open();
		await opener(page).waitFor();
		await page.addScriptTag({ url: `${site.scriptUrl}?again` }).catch(() => null);
		await page.evaluate(
			([url, project]) =>
				new Promise((resolve) => {
					const script = document.createElement('script');
					script.src = url ?? '';
					script.dataset.supabaseUrl = project;
					script.dataset.publishableKey = 'x';
					script.onload = resolve;
					document.head.append(script);
				}),
			[site.scriptUrl, site.project.url],
		);
		expect(await page.locator('support-chat').count()).toBe(1);
		expect(site.project.calls.filter((name) => name === 'get_support_unread')).toHaveLength(1);
	});

	it('comes back when the page removes it or replaces its body', async () => {
		const page = await site.open();
		await opener(page).click();
		await box(page).fill('A draft');
		await page.evaluate(() => document.querySelector('support-chat')?.remove());
		await box(page).waitFor();
		expect(await box(page).inputValue()).toBe('A draft');
		await page.evaluate(() => {
			history.pushState(null, '', '/next');
			document.documentElement.replaceChild(document.createElement('body'), document.body);
		});
		await box(page).waitFor();
		expect(await page.locator('support-chat').count()).toBe(1);
	});

	it('leaves nothing behind, a hundred times over', async () => {
		const page = await site.open({ bare: true });
		await page.addScriptTag({ url: site.scriptUrl });
		const cdp = await page.context().newCDPSession(page);
		await cdp.send('Performance.enable');
		/** Each time the panel is there, with its messages, before it goes. */
		const rounds = (count: number) =>
			page.evaluate(
				async ([url, times]) => {
					for (let i = 0; i < times; i++) {
						window.SupportChat?.init({ supabaseUrl: url, publishableKey: 'x' });
						window.SupportChat?.open();
						const root = document.querySelector('support-chat')?.shadowRoot;
						while (!root?.querySelector('[data-sender]'))
							await new Promise((resolve) => setTimeout(resolve, 5));
						window.SupportChat?.destroy();
					}
				},
				[site.project.url, count] as const,
			);
		const measure = async () => {
			await cdp.send('HeapProfiler.collectGarbage');
			const { metrics } = await cdp.send('Performance.getMetrics');
			const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
			return { nodes: of('Nodes'), listeners: of('JSEventListeners') };
		};
		site.project.add('Hello');
		// Data fetched once and kept is there after the first rounds.
		await rounds(5);
		const before = await measure();
		await rounds(100);
		await vi.waitFor(async () => {
			const after = await measure();
			// Less than one for each round.
			expect(after.nodes - before.nodes).toBeLessThan(60);
			expect(after.listeners - before.listeners).toBeLessThan(20);
		}, 10_000);
		expect(await page.locator('support-chat').count()).toBe(0);
		expect(await page.evaluate(() => document.adoptedStyleSheets.length)).toBe(0);
	});

	it('shows that its panel cannot be fetched, and tries again', async () => {
		site.blocked = /panel-/;
		const page = await site.open();
		const errors: string[] = [];
		page.on('pageerror', (error) => errors.push(String(error)));
		await opener(page).click();
		await page.getByText('could not be loaded').waitFor();
		site.blocked = null;
		await opener(page).click();
		await box(page).waitFor();
		expect(errors).toEqual([]);
	});

	it('refuses a secret key', async () => {
		const page = await site.open({ bare: true });
		await page.addScriptTag({ url: site.scriptUrl });
		const told = await page.evaluate((url) => {
			const seen: string[] = [];
			window.SupportChat?.on('error', ({ code }) => seen.push(code));
			window.SupportChat?.init({ supabaseUrl: url, publishableKey: 'sb_secret_x' });
			return seen;
		}, site.project.url);
		expect(told).toEqual(['bad_options']);
		expect(await page.locator('support-chat').count()).toBe(0);
	});
});

describe('who is signed in', () => {
	it("follows sign-in and sign-out of the page's own client", async () => {
		site.project.add('Hello');
		const page = await site.open({ session: null });
		await opener(page).waitFor();
		const tell = (event: string, session: object | null) =>
			page.evaluate(
				([key, name, value]) => {
					if (value) localStorage.setItem(key, JSON.stringify(value));
					else localStorage.removeItem(key);
					const channel = new BroadcastChannel(key);
					channel.postMessage({ event: name, session: value });
				},
				[STORAGE_KEY, event, session] as const,
			);
		await tell('SIGNED_IN', fakeSession());
		await page.getByRole('button', { name: 'Open support chat (1)' }).click();
		await page.getByText('Hello').waitFor();
		await tell('SIGNED_OUT', null);
		await region(page).getByText('Sign in to chat').first().waitFor();
		expect(await page.getByText('Hello').count()).toBe(0);
	});

	it("renews an expired session in the page's storage, and notifies the page's client", async () => {
		const page = await site.open({ session: fakeSession(-10), bare: true });
		await page.evaluate((key) => {
			const channel = new BroadcastChannel(key);
			channel.onmessage = ({ data }) => Object.assign(window, { heard: data.event });
		}, STORAGE_KEY);
		await page.addScriptTag({ url: site.scriptUrl });
		await page.evaluate(
			(url) => window.SupportChat?.init({ supabaseUrl: url, publishableKey: 'x' }),
			site.project.url,
		);
		await opener(page).click();
		await region(page).getByText('How can we help?').waitFor();
		const stored = await page.evaluate((key) => localStorage.getItem(key), STORAGE_KEY);
		expect(stored).toContain('refresh-fresh1');
		expect(await page.evaluate(() => Reflect.get(window, 'heard'))).toBe('TOKEN_REFRESHED');
		expect(site.project.refreshed).toBe(1);
	});

	it('reads the cookies of @supabase/ssr, renews them in place, and leaves those of another domain alone', async () => {
		const chunked = (session: object): [string, string][] => {
			const text = `base64-${Buffer.from(JSON.stringify({ ...session, pad: 'x'.repeat(3000) })).toString('base64url')}`;
			return [
				[`${STORAGE_KEY}.0`, text.slice(0, 3000)],
				[`${STORAGE_KEY}.1`, text.slice(3000)],
			];
		};
		const page = await site.open({ session: null, bare: true });
		const cookies = chunked(fakeSession(-10)).map(([name, value]) => ({
			name,
			value,
			url: page.url(),
		}));
		await page.context().addCookies(cookies);
		await page.addScriptTag({ url: site.scriptUrl });
		await page.evaluate(
			(url) => window.SupportChat?.init({ supabaseUrl: url, publishableKey: 'x' }),
			site.project.url,
		);
		await opener(page).click();
		await region(page).getByText('How can we help?').waitFor();
		const after = await page.context().cookies();
		const whole = after.filter(({ name }) => name.startsWith(STORAGE_KEY));
		expect(whole.map(({ name }) => name)).toEqual([STORAGE_KEY]);
		const text = Buffer.from((whole[0]?.value ?? '').slice(7), 'base64url').toString();
		expect(text).toContain('refresh-fresh1');
	});

	it.each(['client', 'accessToken'] as const)(
		'takes the page’s own %s before anything stored',
		async (option) => {
			const grace = '9c1d2e3f-4a5b-4c6d-8e7f-a0b1c2d3e4f5';
			// Stored is a session of somebody else.
			const page = await site.open({ bare: true });
			await page.addScriptTag({ url: site.scriptUrl });
			await page.evaluate(
				({ url, session, option }) => {
					const answer = async () => ({ data: { session }, error: null });
					window.SupportChat?.init({
						supabaseUrl: url,
						publishableKey: 'x',
						...(option === 'accessToken'
							? { accessToken: async () => session.access_token }
							: {
									client: {
										auth: {
											getSession: answer,
											refreshSession: answer,
											onAuthStateChange: () => ({
												data: { subscription: { unsubscribe() {} } },
											}),
										},
									},
								}),
					});
				},
				{ url: site.project.url, session: fakeSession(3600, 'two', grace), option },
			);
			await opener(page).click();
			await region(page).getByText('How can we help?').waitFor();
			await box(page).fill('It is me');
			await page.keyboard.press('Enter');
			await page.locator('[data-status=sent]').waitFor();
			expect(site.project.calls).toEqual(
				expect.arrayContaining(['get_support_unread', 'get_or_create_support_chat']),
			);
			expect([...new Set(site.project.callers)]).toEqual([grace]);
		},
	);

	it('keeps text that is typed while no one is signed in', async () => {
		const page = await site.open({
			attributes: 'data-sign-in-url="/login"',
			session: fakeSession(),
		});
		await opener(page).click();
		await region(page).getByText('How can we help?').waitFor();
		await box(page).fill('Half a question');
		await page.evaluate((key) => {
			localStorage.removeItem(key);
			new BroadcastChannel(key).postMessage({ event: 'SIGNED_OUT', session: null });
		}, STORAGE_KEY);
		await region(page).getByRole('link', { name: 'Sign in to chat' }).waitFor();
		await page.evaluate(
			([key, session]) => {
				localStorage.setItem(key, JSON.stringify(session));
				new BroadcastChannel(key).postMessage({ event: 'SIGNED_IN', session });
			},
			[STORAGE_KEY, fakeSession()] as const,
		);
		await region(page).getByText('How can we help?').waitFor();
		await vi.waitFor(async () => expect(await box(page).inputValue()).toBe('Half a question'));
	});
});

describe('theme', () => {
	it('fills a phone’s screen, holds the focus there, and fits 320 pixels', async () => {
		for (const width of [390, 320]) {
			const page = await site.open({
				context: { viewport: { width, height: 640 }, hasTouch: true },
			});
			await opener(page).tap();
			await box(page).waitFor();
			const dialog = page.getByRole('dialog');
			await dialog.waitFor();
			await vi.waitFor(async () => {
				const area = await dialog.boundingBox();
				expect([area?.width, area?.height, area?.x, area?.y]).toEqual([width, 640, 0, 0]);
			});
			expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
			for (let i = 0; i < 12; i++) {
				await page.keyboard.press('Tab');
				expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUPPORT-CHAT');
			}
			await page.getByRole('button', { name: 'Close support chat' }).tap();
			await opener(page).waitFor();
		}
	});

	it("follows the page's light or dark scheme", async () => {
		const page = await site.open({
			head: '<style>html.dark body{background:#111;color:#eee}</style>',
		});
		await opener(page).click();
		await box(page).waitFor();
		const ground = () =>
			region(page).evaluate(
				(section) => getComputedStyle(section.parentElement ?? section).backgroundColor,
			);
		expect(await ground()).toBe('rgb(255, 255, 255)');
		await page.evaluate(() => document.documentElement.classList.add('dark'));
		await vi.waitFor(async () => expect(await ground()).not.toBe('rgb(255, 255, 255)'));
	});

	it("can be opened by the page's own button", async () => {
		const page = await site.open({
			body: '<button id="help">Help</button>',
			attributes: 'data-launcher="#help"',
		});
		await page.locator('support-chat').waitFor({ state: 'attached' });
		await page.getByRole('button', { name: 'Help' }).click();
		await box(page).waitFor();
		await page.getByRole('button', { name: 'Help', expanded: true }).waitFor();
		expect(await page.getByRole('button', { name: 'Close support chat' }).count()).toBe(0);
		await page.keyboard.press('Escape');
		expect(
			await page.getByRole('button', { name: 'Help' }).evaluate((b) => b.matches(':focus')),
		).toBe(true);
	});

	it("shows the count in the page's title only if the page asks for it", async () => {
		site.project.add('Hello');
		const head = '<title>(9+) Shop</title>';
		const plain = await site.open({ head: '<title>Shop</title>' });
		await plain.getByRole('button', { name: 'Open support chat (1)' }).waitFor();
		expect(await plain.title()).toBe('Shop');
		const page = await site.open({ head, attributes: 'data-title-count' });
		await vi.waitFor(async () => expect(await page.title()).toBe('(1) Shop'), 5000);
		await opener(page).click();
		await vi.waitFor(async () => expect(await page.title()).toBe('Shop'), 5000);
	});

	it('makes any accent colour readable', async () => {
		const page = await site.open({ attributes: 'data-accent="red"' });
		await opener(page).click();
		await box(page).waitFor();
		const failures = await page.evaluate(() => {
			const root = document
				.querySelector('support-chat')
				?.shadowRoot?.querySelector<HTMLElement>('.sc');
			const button = root?.querySelector('.launcher');
			if (!root || !button) return ['no widget'];
			const context = document
				.createElement('canvas')
				.getContext('2d', { willReadFrequently: true });
			const light = (css: string): number => {
				if (!context) return 0;
				context.fillStyle = css;
				context.fillRect(0, 0, 1, 1);
				const channel = (value = 0) =>
					value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
				const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
				return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
			};
			const ratio = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
			const failed: string[] = [];
			const words = root.appendChild(document.createElement('i'));
			words.style.color = 'var(--accent-text)';
			words.style.backgroundColor = 'var(--bg-bubble)';
			for (const scheme of ['light', 'dark']) {
				root.dataset.scheme = scheme;
				const ground = scheme === 'light' ? 1 : light('oklch(0.19 0.01 265)');
				for (let red = 0; red < 256; red += 51)
					for (let green = 0; green < 256; green += 51)
						for (let blue = 0; blue < 256; blue += 51) {
							root.style.setProperty('--team', `rgb(${red} ${green} ${blue})`);
							const { color, backgroundColor } = getComputedStyle(button);
							const fill = light(backgroundColor);
							if (ratio(fill, light(color)) < 4.5)
								failed.push(`${scheme} text ${red},${green},${blue}`);
							const written = getComputedStyle(words);
							if (ratio(light(written.color), light(written.backgroundColor)) < 4.5)
								failed.push(`${scheme} words ${red},${green},${blue}`);
							if (ratio(fill, ground) < 3) failed.push(`${scheme} fill ${red},${green},${blue}`);
						}
			}
			return failed;
		});
		expect(failures).toEqual([]);
	});
});
