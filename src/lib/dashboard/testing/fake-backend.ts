import { createAgentClient, type AgentClient } from '$chat';
import { FakeBrowser, type FakeTab } from '$chat/testing/fake-browser';
import { FakeServer } from '$chat/testing/fake-server';
import { FakeTime } from '$chat/testing/fake-time';

type Args = Record<string, unknown>;

/** Tabs of one agent in one browser, before a server that answers the functions which a test names. */
export class FakeBackend {
	readonly time = new FakeTime();
	readonly calls: { name: string; args: Args; at: number }[] = [];
	readonly #server = new FakeServer(this.time);
	readonly browser = new FakeBrowser(this.time, {
		fetch: (url, init) => this.#answer(url, init),
		openSocket: () => null,
	});

	/** `answers`: what each function answers; one that throws is refused with that error's message as the code. */
	constructor(readonly answers: Record<string, (args: Args) => unknown>) {}

	openTab(): { client: AgentClient; tab: FakeTab } {
		const tab = this.browser.open();
		const client = createAgentClient({
			url: 'https://project.test',
			publishableKey: 'sb_publishable_x',
			environment: tab,
			accessToken: () => Promise.resolve(this.#server.token('mika')),
		});
		return { client, tab };
	}

	named(name: string): { args: Args; at: number }[] {
		return this.calls.filter((call) => call.name === name);
	}

	#answer(url: string, init: RequestInit): Promise<Response> {
		const name = url.split('/').at(-1) ?? '';
		const args: Args = JSON.parse(typeof init.body === 'string' ? init.body : '{}');
		this.calls.push({ name, args, at: this.time.now });
		try {
			return Promise.resolve(Response.json(this.answers[name]?.(args)));
		} catch (refusal) {
			const message = refusal instanceof Error ? refusal.message : '';
			const body = { code: 'PT409', message };
			return Promise.resolve(Response.json(body, { status: 409 }));
		}
	}
}
