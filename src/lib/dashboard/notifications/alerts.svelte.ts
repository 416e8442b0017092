import { createTone } from '$chat/components/tone';

const KEY = 'support-dashboard:alerts';

/** Events that are closer together than this, in milliseconds, make one sound. */
const TOGETHER = 700;

type Permission = NotificationPermission | 'unavailable';

/** Sound and desktop notifications, as this machine wants them. Make it in the browser or on the server; read() in the browser. */
export class Alerts {
	sound = $state(true);
	notifications = $state(false);
	/** The browser's permission; requested only when the user turns notifications on. */
	permission: Permission = $state('default');

	readonly #tone = createTone();
	#playedAt = -Infinity;

	/** Reads what was chosen here before. */
	read(): void {
		this.permission = 'Notification' in window ? Notification.permission : 'unavailable';
		const words = stored().split(' ');
		this.sound = !words.includes('silent');
		this.notifications = words.includes('notify') && this.permission === 'granted';
	}

	toggleSound(): void {
		this.sound = !this.sound;
		// Played at once, as an example of what was turned on.
		if (this.sound) void this.#tone.play();
		this.#save();
	}

	/** Turns desktop notifications on or off; requests the browser's permission if it is missing. */
	async toggleNotifications(): Promise<void> {
		if (this.notifications) this.notifications = false;
		else if (this.permission !== 'unavailable') {
			this.permission = await Notification.requestPermission();
			this.notifications = this.permission === 'granted';
		}
		this.#save();
	}

	/** Plays the sound of a new message; false if this tab could not, so that another may. */
	async chime(): Promise<boolean> {
		// A message and the conversation that comes with it are one event.
		if (!this.sound || Date.now() - this.#playedAt < TOGETHER) return true;
		const played = await this.#tone.play();
		if (played) this.#playedAt = Date.now();
		return played;
	}

	/** Shows a desktop notification if they are on and this page is not visible. */
	notify(title: string, body: string, tag: string, onclick: () => void): void {
		if (!this.notifications || document.visibilityState === 'visible') return;
		const notification = new Notification(title, { body, tag, icon: '/favicon.svg' });
		notification.onclick = () => {
			window.focus();
			notification.close();
			onclick();
		};
	}

	#save(): void {
		try {
			const words = [this.sound ? '' : 'silent', this.notifications ? 'notify' : ''];
			localStorage.setItem(KEY, words.filter(Boolean).join(' '));
		} catch {
			// Storage is blocked: the choice lasts until the page is left.
		}
	}
}

function stored(): string {
	try {
		return localStorage.getItem(KEY) ?? '';
	} catch {
		return '';
	}
}
