import type { SupportChatOptions } from '../types';

/** The payload of a JWT, or an empty object. */
function claims(token: string): object {
	try {
		const payload: unknown = JSON.parse(
			atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')),
		);
		return Object(payload);
	} catch {
		return {};
	}
}

/** What is wrong with the options, in a sentence for the developer; null when nothing is. */
export function optionsProblem({ supabaseUrl, publishableKey }: SupportChatOptions): string | null {
	if (!/^https?:\/\/[^/]/.test(supabaseUrl)) {
		return `supabaseUrl must be your project's address, such as https://abcdefgh.supabase.co, not "${supabaseUrl}"`;
	}
	if (!publishableKey) return 'publishableKey is missing';
	const role: unknown = Reflect.get(claims(publishableKey), 'role');
	if (publishableKey.startsWith('sb_secret_') || role === 'service_role') {
		return 'publishableKey holds a secret key: never put it on a page, and replace it now';
	}
	return null;
}

/** Options from a script's `data-…` attributes; null when it has none. Identity is never among them. */
export function optionsOf(script: HTMLOrSVGElement | null): SupportChatOptions | null {
	const data = script?.dataset;
	if (!data || !('supabaseUrl' in data || 'publishableKey' in data)) return null;
	const { position, scheme } = data;
	return {
		supabaseUrl: data.supabaseUrl ?? '',
		publishableKey: data.publishableKey ?? '',
		storageKey: data.storageKey,
		locale: data.locale,
		accent: data.accent,
		title: data.title,
		welcome: data.welcome,
		launcher: data.launcher,
		signInUrl: data.signInUrl,
		position: position === 'left' || position === 'right' ? position : undefined,
		scheme: scheme === 'light' || scheme === 'dark' ? scheme : undefined,
		titleCount: isOn(data.titleCount),
		sound: data.sound !== 'false' && data.sound !== 'off',
	};
}

/** A flag of HTML: there, and not said to be off. */
const isOn = (value: string | undefined): boolean => value !== undefined && value !== 'false';
