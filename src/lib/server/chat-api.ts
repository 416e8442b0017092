import { error } from '@sveltejs/kit';
import { ChatApi, type Result } from '$chat';
import { AgentApi } from '$chat/api/agent-api';
import { strings } from '../dashboard/strings/dashboard';
import { logFault } from './log';

/**
 * The chat functions, called as the user of this request. Browsers use the same client, so that responses are parsed in
 * one place.
 */
export function createServerChatApi({ config, session }: App.Locals): AgentApi {
	if (!config) error(503, { message: strings.setup.title });
	const api = new ChatApi({
		url: config.supabaseUrl,
		publishableKey: config.publishableKey,
		accessToken: () => Promise.resolve(session.accessToken),
		fetch: session.fetch,
	});
	return new AgentApi(api);
}

/** The data of a result; an error becomes an error page. */
export function orThrow<T>(result: Result<T>): T {
	if (result.error === null) return result.data;
	const { code, status, detail } = result.error;
	if (code === 'support_chat_not_found') error(404, { message: strings.chat.missingBody, code });
	if (code === 'support_forbidden') error(403, { message: strings.noAccess.title, code });
	if (result.error.kind === 'signed_out') error(401, { message: strings.error.signedOut, code });
	logFault(`Supabase answered ${status} (${code})`, detail);
	error(503, { message: strings.error.unreachable, code });
}
