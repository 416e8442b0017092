import { askRead, type Policies, unaskedPolicies } from '../database/authorization';
import { ChannelSession } from './channel-session';
import { type RealtimeContext } from '../context';
import { type ClientFrame } from '../wire/frames';
import { type JoinConfig, parseJoinConfig } from './join-config';
import { JoinError, noReadPermission, probeJoinError, tokenJoinError } from './join-error';
import { verifyToken } from '../jwt';
import { loadReplay, type StoredMessage } from './replay';

/** The socket's values that a join needs. */
export interface JoiningSocket {
	/** The JWT of the handshake, for joins without their own token. */
	token: string;
	headers: Record<string, string>;
	channelCount: number;
}

export interface AcceptedJoin {
	session: ChannelSession;
	replayed: StoredMessage[];
}

export const topicPrefix = 'realtime:';

/**
 * Accepts or refuses a join, with the checks in the real server's order: rates, token, policies, replay.
 * @throws {JoinError} with the reason that the client gets
 */
export async function acceptJoin(
	frame: ClientFrame,
	socket: JoiningSocket,
	context: RealtimeContext,
): Promise<AcceptedJoin> {
	const name = frame.topic.slice(topicPrefix.length);
	if (name === '') throw new JoinError('TopicNameRequired', 'You must provide a topic name');
	const config = parseJoinConfig(frame.payload);
	if (!config) throw new JoinError('UnknownErrorOnChannel', 'the join payload is not an object');
	checkLimits(socket, context);

	const token = config.accessToken ?? socket.token;
	const verified = verifyToken(token, context.jwtSecret);
	if (verified.fault) throw tokenJoinError(verified.fault, verified.message);

	const session = new ChannelSession({
		topic: frame.topic,
		name,
		joinRef: frame.joinRef,
		config,
		headers: socket.headers,
		token,
		claims: verified.claims,
		policies: config.private ? unaskedPolicies() : null,
	});
	session.policies = await authorizeRead(session, context);
	return { session, replayed: await findReplayed(session, config, context) };
}

/**
 * Evaluates the select policies for the session. Null on public channels.
 * @throws {JoinError} if it may read neither broadcasts nor presence
 */
export async function authorizeRead(
	session: ChannelSession,
	context: RealtimeContext,
): Promise<Policies | null> {
	if (!session.config.private) return null;
	const { caller, name, presenceEnabled } = session;
	let policies: Policies;
	try {
		policies = await askRead(context.sql, caller, unaskedPolicies(), presenceEnabled);
	} catch (error) {
		context.log(`realtime: asking who may read ${name} failed: ${String(error)}`);
		throw probeJoinError(error, name);
	}
	if (policies.broadcast.read !== true && policies.presence.read !== true)
		throw new JoinError('Unauthorized', noReadPermission(name));
	return policies;
}

function checkLimits(socket: JoiningSocket, { joins, limits }: RealtimeContext): void {
	joins.add();
	// The socket is closed, too; its client gets the code 1001.
	if (joins.exceeded)
		throw new JoinError('ClientJoinRateLimitReached', 'Too many joins per second', 1001);
	if (socket.channelCount >= limits.maxChannelsPerSocket)
		throw new JoinError('ChannelRateLimitReached', 'Too many channels');
}

async function findReplayed(
	session: ChannelSession,
	config: JoinConfig,
	context: RealtimeContext,
): Promise<StoredMessage[]> {
	if (!config.replay) return [];
	if (!config.private)
		throw new JoinError('UnableToReplayMessages', 'Replay is not allowed for public channels');
	if (!session.mayReadBroadcast)
		throw new JoinError('Unauthorized', noReadPermission(session.name));
	return loadReplay(context.sql, session.name, config.replay.params);
}
