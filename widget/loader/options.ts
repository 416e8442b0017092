import type { SupportChatOptions } from '../types';

/** The problem with the options, in a sentence for the developer; empty if there is none. */
export function optionsProblem({ supabaseUrl, publishableKey }: SupportChatOptions): string {
	if (!/^https?:\/\/./.test(supabaseUrl) || !publishableKey) {
		return 'supabaseUrl/publishableKey missing';
	}
	if (publishableKey.startsWith('sb_secret_')) return 'publishableKey is secret';
	return '';
}

/** Options from a script's `data-…` attributes; null when it has none. Identity is never among them. */
export function optionsOf(script: HTMLOrSVGElement | null): SupportChatOptions | null {
	const { supabaseUrl, publishableKey = '', ...rest } = script?.dataset ?? {};
	if (!supabaseUrl) return null;
	return { ...rest, supabaseUrl, publishableKey, client: undefined, accessToken: undefined };
}
