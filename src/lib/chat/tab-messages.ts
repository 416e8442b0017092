import type { TopicState } from './connection';

/** A topic that a tab wants, and whether with presence. */
export type Want = [topic: string, presence: boolean];

/** What tabs of one user say to each other. `from` is the sending tab. */
export type TabMessage =
	/** To the leader: these topics I want. Also the question whether it is still there. */
	| { kind: 'want'; from: string; wants: Want[] }
	/** I am going. */
	| { kind: 'bye'; from: string }
	/** From the leader: I have the connection. Also the answer to a `want`. */
	| { kind: 'lead'; from: string }
	/** From the leader: a new leader took over and asks what everybody wants. */
	| { kind: 'ask'; from: string }
	/** From the leader: how a topic stands, what came in on it, who is there. */
	| { kind: 'state'; from: string; topic: string; state: TopicState }
	| { kind: 'event'; from: string; topic: string; event: string; payload: unknown }
	| { kind: 'presence'; from: string; topic: string; present: Record<string, unknown[]> }
	/** To the leader: send this for me. */
	| { kind: 'send'; from: string; topic: string; event: string; payload: Record<string, unknown> }
	| { kind: 'track'; from: string; topic: string; payload: Record<string, unknown> };

const KINDS = ['want', 'bye', 'lead', 'ask', 'state', 'event', 'presence', 'send', 'track'];

/**
 * Only this very code speaks on the channel (same origin, a name with a version in it), so a look at the outline is
 * enough; an older or newer widget in another tab uses another version.
 */
export const isTabMessage = (data: unknown): data is TabMessage =>
	typeof data === 'object' &&
	data !== null &&
	'kind' in data &&
	'from' in data &&
	KINDS.includes(String(data.kind));

/** Raise it when `TabMessage` changes its meaning. */
export const TAB_PROTOCOL = 'v1';
