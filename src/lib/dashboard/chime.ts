let context: AudioContext | null = null;

/** Call on a click: browsers let a page make sound only after its user did something on it. */
export function unlockSound(): void {
	context ??= new AudioContext();
	void context.resume();
}

/**
 * Two soft notes, made here so that there is no file to load.
 * @returns false if the browser does not let this tab make sound yet
 */
export async function playChime(): Promise<boolean> {
	if (!navigator.userActivation.hasBeenActive) return false;
	context ??= new AudioContext();
	await context.resume();
	if (context.state !== 'running') return false;
	playNote(context, 659.25, 0);
	playNote(context, 880, 0.11);
	return true;
}

/** One note that swells and fades within a third of a second. */
function playNote(audio: AudioContext, frequency: number, delay: number): void {
	const start = audio.currentTime + delay;
	const oscillator = audio.createOscillator();
	const gain = audio.createGain();
	oscillator.type = 'sine';
	oscillator.frequency.value = frequency;
	gain.gain.setValueAtTime(0, start);
	gain.gain.linearRampToValueAtTime(0.12, start + 0.02);
	gain.gain.exponentialRampToValueAtTime(0.001, start + 0.32);
	oscillator.connect(gain).connect(audio.destination);
	oscillator.start(start);
	oscillator.stop(start + 0.34);
}
