import { reload } from '$lib/dashboard/ui/reload';

/** How often the numbers reload while the page is visible; chat events reload them sooner. */
const POLL_MS = 15_000;
/** News come in bursts: one load answers those of this span. */
const PAUSE_MS = 1_000;

/** Loads the live numbers again: by the clock while the page is seen, when it is seen again, and upon news. */
export class LiveRefresh {
	#pending: ReturnType<typeof setTimeout> | undefined;

	/** @returns what stops it */
	start(): () => void {
		const timer = setInterval(() => this.#load(), POLL_MS);
		const seen = () => this.#load();
		document.addEventListener('visibilitychange', seen);
		window.addEventListener('online', seen);
		return () => {
			clearInterval(timer);
			clearTimeout(this.#pending);
			document.removeEventListener('visibilitychange', seen);
			window.removeEventListener('online', seen);
		};
	}

	/** Something happened: the numbers are loaded, once for all that happens within a moment. */
	soon(): void {
		if (this.#pending !== undefined) return;
		this.#pending = setTimeout(() => {
			this.#pending = undefined;
			this.#load();
		}, PAUSE_MS);
	}

	#load(): void {
		if (document.visibilityState === 'visible') void reload('support:live');
	}
}
