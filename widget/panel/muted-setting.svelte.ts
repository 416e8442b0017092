import { attempt } from '$chat/environment';

const KEY = 'support-chat:muted';

/** Whether this browser's reader wants silence. Kept across visits where the browser lets us. */
export class MutedSetting {
	#muted = $state(attempt(() => localStorage.getItem(KEY)) === '1');

	get current(): boolean {
		return this.#muted;
	}

	toggle(): void {
		this.#muted = !this.#muted;
		// Without storage it holds until the page is left.
		attempt(() => localStorage.setItem(KEY, this.#muted ? '1' : '0'));
	}
}
