import type { AccessTokenSource } from '../../src/lib/chat';
import { storedSessions } from '../../src/lib/chat/session/session-source';
import type { PanelContext } from '../panel-context';
import { sourceOfCallback, sourceOfClient } from './host-source';

/** Where the customer's access token comes from; `changed` is called when it may be another. Ends with `signal`. */
export function createTokenSource(
	{ options, signal, watchSession, findSessions }: PanelContext,
	changed: () => void,
): AccessTokenSource {
	const { client, accessToken } = options;
	if (client) return sourceOfClient(client, changed, signal);
	if (accessToken) {
		watchSession(options, changed, signal);
		return sourceOfCallback(accessToken);
	}
	const { source, watch } = storedSessions(options, findSessions);
	watchSession(options, watch(changed, signal), signal);
	return source;
}
