import type { AccessTokenSource } from '$chat';
import { storedSessions } from '$chat/session/session-source';
import type { PanelContext } from '../panel-context';
import type { SupportChatOptions } from '../types';

/** Creates the source of the customer's access token; `changed` is called when the token may have changed. Ends with the signal. */
export type CreateTokenSource = (context: PanelContext, changed: () => void) => AccessTokenSource;

/** Few pages hand over a client or a callback: the code for them is loaded there only. Rejects when it cannot be fetched. */
export async function loadTokenSource({
	client,
	accessToken,
}: SupportChatOptions): Promise<CreateTokenSource> {
	if (client) {
		const { sourceOfClient } = await import('./host-source');
		return ({ signal }, changed) => sourceOfClient(client, changed, signal);
	}
	if (accessToken) {
		const { sourceOfCallback } = await import('./host-source');
		return ({ options, signal, watchSession }, changed) => {
			watchSession(options, changed, signal);
			return sourceOfCallback(accessToken);
		};
	}
	return ({ options, signal, watchSession, findSessions }, changed) => {
		const { source, watch } = storedSessions(options, findSessions);
		watchSession(options, watch(changed, signal), signal);
		return source;
	};
}
