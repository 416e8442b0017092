import type { AccessTokenSource } from '$lib/chat';
import type { Config } from '$lib/server/config';
import { findSessions } from '../chat/session/find-sessions';
import { storedSessions } from '../chat/session/session-source';

/**
 * The signed-in agent's access token, from the cookies that the server reads too: both sides always have the same session.
 * Renewed by the server's time, whatever this machine's clock says.
 */
export const createAccessTokenSource = (config: Config): AccessTokenSource =>
	storedSessions(config, findSessions, 'cookies').source;
