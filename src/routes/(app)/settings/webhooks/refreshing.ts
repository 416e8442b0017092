import { reload } from '$lib/dashboard/ui/reload';

const EVERY_MS = 3_000;

/** For an effect: asks again what has become of deliveries, while somebody looks. What is open or typed stays. */
export function refreshing(): () => void {
	const timer = setInterval(() => {
		if (document.visibilityState === 'visible') void reload('support:webhooks');
	}, EVERY_MS);
	return () => clearInterval(timer);
}
