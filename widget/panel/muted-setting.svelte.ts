const KEY = 'support-chat:muted';

/** Whether this browser's reader wants silence. Kept across visits where the browser lets us. */
export class MutedSetting {
	#muted = $state(read());

	get current(): boolean {
		return this.#muted;
	}

	toggle(): void {
		this.#muted = !this.#muted;
		try {
			localStorage.setItem(KEY, this.#muted ? '1' : '0');
		} catch {
			// No storage: it holds until the page is left.
		}
	}
}

function read(): boolean {
	try {
		return localStorage.getItem(KEY) === '1';
	} catch {
		return false;
	}
}
