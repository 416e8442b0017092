import { type ChannelSession } from './channel-session';
import { type RealtimeContext } from '../context';
import { authorizeRead } from './join';
import { JoinError } from './join-error';
import { currentSeconds, type TokenFault, verifyToken } from '../jwt';
import { tokenCheckMs } from '../limits';

/**
 * The error of a closing channel whose token's signature cannot be checked: the real server's internal names.
 */
const innerNames = new Map<TokenFault, string>([
	['signature', ':signature_error'],
	['signer', ':error_generating_signer'],
]);

/**
 * Accepts a refreshed token and evaluates the read policies again; write policies are evaluated at the next write.
 * Ignores the same token, no token, or an API key.
 * @returns the reason to close the channel; undefined if it may stay
 */
export async function refreshToken(
	session: ChannelSession,
	token: unknown,
	context: RealtimeContext,
): Promise<string | undefined> {
	if (typeof token !== 'string' || token.startsWith('sb_') || token === session.token)
		return undefined;
	const verified = verifyToken(token, context.jwtSecret);
	if (verified.fault) return innerNames.get(verified.fault) ?? verified.message;

	session.token = token;
	session.claims = verified.claims;
	try {
		const before = session.policies;
		const after = await authorizeRead(session, context);
		session.policies = after;
		const revoked =
			(before?.broadcast.read === true && after?.broadcast.read === false) ||
			(before?.presence.read === true && after?.presence.read === false);
		return revoked
			? `You no longer have permission to read from this Channel topic: ${session.name}`
			: undefined;
	} catch (error) {
		if (!(error instanceof JoinError)) throw error;
		return error.message.replace(/^\w+: /, '');
	}
}

/** The reason to close the channel now; undefined while its token is valid. */
export function findTokenFault(
	session: ChannelSession,
	context: RealtimeContext,
): string | undefined {
	const verified = verifyToken(session.token, context.jwtSecret);
	return verified.fault ? verified.message : undefined;
}

/** Milliseconds until the next check of the token, at the latest the second in which it expires. */
export function nextTokenCheckMs(session: ChannelSession): number {
	return Math.min(tokenCheckMs, Math.max(0, session.claims.exp - currentSeconds()) * 1000);
}
