/** A short two-note tone, made on the spot: nothing to download. */
export interface Tone {
	/** Returns false when the browser does not allow sound on this page (before any interaction). */
	play(): Promise<boolean>;
	close(): void;
}

export function createTone(): Tone {
	let context: AudioContext | null = null;

	async function running(): Promise<AudioContext | null> {
		// Before the first interaction the browser only logs a warning.
		if (typeof AudioContext === 'undefined') return null;
		if ('userActivation' in navigator && !navigator.userActivation.hasBeenActive) return null;
		context ??= new AudioContext();
		// If sound is not allowed, resume() may never resolve.
		if (context.state !== 'running') {
			await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 300))]);
		}
		return context.state === 'running' ? context : null;
	}

	return {
		async play() {
			const audio = await running().catch(() => null);
			if (!audio) return false;
			note(audio, 660, 0);
			note(audio, 880, 0.11);
			return true;
		},
		close() {
			void context?.close();
			context = null;
		},
	};
}

function note(audio: AudioContext, frequency: number, delay: number): void {
	const from = audio.currentTime + delay;
	const oscillator = audio.createOscillator();
	const gain = audio.createGain();
	oscillator.frequency.value = frequency;
	gain.gain.setValueAtTime(0, from);
	gain.gain.linearRampToValueAtTime(0.12, from + 0.015);
	gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.28);
	oscillator.connect(gain).connect(audio.destination);
	oscillator.start(from);
	oscillator.stop(from + 0.3);
}
