import type { Times, ChatMessage, Translator } from '../../index';

/** The entries of a message log, top to bottom. An entry keeps its key. */
export type LogEntry =
	| { kind: 'day'; key: string; iso: string }
	| { kind: 'new'; key: string; count: number }
	| { kind: 'mark'; key: string; text: string }
	| {
			kind: 'message';
			key: string;
			message: ChatMessage;
			/** The first of a run of one sender, which shows the name. */
			first: boolean;
			/** The last of the run, which shows the time. */
			last: boolean;
	  };

/** A line between messages, such as where a conversation began or ended. */
export interface LogMark {
	key: string;
	/** The message after it; null if it is last. */
	before: string | null;
	text: string;
	/** It ends the conversation above, so it comes before the day's divider. */
	closes: boolean;
}

/** A pause after which the same sender starts a new run. */
const RUN_PAUSE = 5 * 60_000;

/**
 * Groups messages by day and by runs of one sender, with a divider before the first new one (`newFromId`).
 * Linear, and cheap to repeat: `dayKey` should cache its results.
 */
export function logEntries(
	messages: readonly ChatMessage[],
	newFromId: string | null | undefined,
	dayKey: Times['dayKey'],
	marks: readonly LogMark[] = [],
): LogEntry[] {
	const entries: LogEntry[] = [];
	let previous: ChatMessage | undefined;
	let run: (LogEntry & { kind: 'message' }) | undefined;
	const addMarks = (before: string | null, closes?: boolean): void => {
		for (const mark of marks)
			if (mark.before === before && mark.closes === (closes ?? mark.closes))
				entries.push({ kind: 'mark', key: mark.key, text: mark.text });
	};
	messages.forEach((message, index) => {
		const { id, created_at } = message;
		const count = entries.length;
		addMarks(id, true);
		if (!previous || dayKey(previous.created_at) !== dayKey(created_at))
			entries.push({ kind: 'day', key: `day:${id}`, iso: created_at });
		addMarks(id, false);
		if (id === newFromId)
			entries.push({ kind: 'new', key: 'new', count: countOthers(messages, index) });
		// Any line in between ends the run.
		const joins = entries.length === count && previous && isSameRun(previous, message);
		if (joins && run) run.last = false;
		run = { kind: 'message', key: id, message, first: !joins, last: true };
		entries.push(run);
		previous = message;
	});
	addMarks(null);
	return entries;
}

/** How many messages of the other side there are from `index` on. */
const countOthers = (messages: readonly ChatMessage[], index: number): number =>
	messages.slice(index).filter((message) => !message.own).length;

function isSameRun(one: ChatMessage, next: ChatMessage): boolean {
	return (
		one.own === next.own &&
		one.sender_type === next.sender_type &&
		one.sender_name === next.sender_name &&
		// A message that needs attention shows it right below.
		one.status !== 'failed' &&
		Date.parse(next.created_at) - Date.parse(one.created_at) < RUN_PAUSE
	);
}

/** The text of a line between messages. */
export function dividerText(
	entry: Exclude<LogEntry, { kind: 'message' }>,
	t: Translator,
	format: Times,
): string {
	if (entry.kind === 'day') return format.day(entry.iso);
	return entry.kind === 'new' ? t.plural('log.new', entry.count) : entry.text;
}

/** How many messages of the other side came since the reader left at `leftAt`. */
export function countSince(messages: readonly ChatMessage[], leftAt: string | null): number {
	return countOthers(messages, messages.findIndex((message) => message.id === leftAt) + 1);
}

/** `dayKey` with a cache: a log of ten thousand messages needs the day of each at every change. */
export function rememberDays(dayKey: Times['dayKey']): Times['dayKey'] {
	const known = new Map<string, string>();
	return (iso) => {
		const day = known.get(iso) ?? dayKey(iso);
		known.set(iso, day);
		return day;
	};
}
