import { invalidate } from '$app/navigation';

const EVERY_MS = 3_000;

/** For an effect: asks again what has become of deliveries, while somebody looks. What is open or typed stays. */
export function refreshing(): () => void {
	const timer = setInterval(() => {
		if (document.visibilityState === 'visible') void invalidate('support:webhooks');
	}, EVERY_MS);
	return () => clearInterval(timer);
}
