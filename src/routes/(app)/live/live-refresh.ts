import { LIVE, LIVE_PAUSE_MS, LIVE_POLL_MS } from '$lib/dashboard/reports/live';
import { reload } from '$lib/dashboard/ui/reload';

/** Loads the live numbers again: by the clock while the page is seen, when it is seen again, and upon news. */
export class LiveRefresh {
	#pending: ReturnType<typeof setTimeout> | undefined;

	/** @returns what stops it */
	start(): () => void {
		const timer = setInterval(() => this.#load(), LIVE_POLL_MS);
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
		}, LIVE_PAUSE_MS);
	}

	#load(): void {
		if (document.visibilityState === 'visible') void reload(LIVE);
	}
}
