import { attempt } from '$chat/environment';

const KEY = 'support-chat:muted';

/** Whether the customer muted the sound. Stored in the browser, if it allows that. */
export class MutedSetting {
	#muted = $state(attempt(() => localStorage.getItem(KEY)) === '1');

	get current(): boolean {
		return this.#muted;
	}

	toggle(): void {
		this.#muted = !this.#muted;
		// Without storage the choice lasts until the page is left.
		attempt(() => localStorage.setItem(KEY, this.#muted ? '1' : '0'));
	}
}
