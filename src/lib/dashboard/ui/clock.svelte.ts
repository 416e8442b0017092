import { createSubscriber } from 'svelte/reactivity';

/** The time, for texts such as “2 minutes ago”. Ticks only while something shows it. */
class Clock {
	#subscribe = createSubscriber((update) => {
		const timer = setInterval(update, 10_000);
		// A page that was hidden updates as soon as it is visible.
		document.addEventListener('visibilitychange', update);
		return () => {
			clearInterval(timer);
			document.removeEventListener('visibilitychange', update);
		};
	});

	/** Milliseconds since 1970; reading it in a component keeps that component up to date. */
	get now(): number {
		this.#subscribe();
		return Date.now();
	}
}

export const clock = new Clock();
