import type { BrowserContext, Page } from '@playwright/test';

/** A sound that a page started; notes that belong together are one. */
export interface Sound {
	page: Page;
	at: number;
}

/** Records every sound of later pages in this context, in any of the ways that pages can play one. */
export async function listenForSounds(context: BrowserContext): Promise<Sound[]> {
	const sounds: Sound[] = [];
	await context.exposeBinding('noteSound', ({ page }) => {
		const at = Date.now();
		const last = sounds.findLast((sound) => sound.page === page);
		if (!last || at - last.at > 1_000) sounds.push({ page, at });
	});
	await context.addInitScript(() => {
		const listen = (prototype: object, method: string): void => {
			const original = Reflect.get(prototype, method);
			Reflect.set(prototype, method, function (this: unknown, ...rest: unknown[]) {
				Reflect.apply(Reflect.get(window, 'noteSound'), window, []);
				return Reflect.apply(original, this, rest);
			});
		};
		listen(OscillatorNode.prototype, 'start');
		listen(AudioBufferSourceNode.prototype, 'start');
		listen(HTMLMediaElement.prototype, 'play');
	});
	return sounds;
}
