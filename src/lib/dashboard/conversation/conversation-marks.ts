import type { TeamConversation, ChatMessage } from '$chat';
import type { LogMark } from '$chat/components';
import { teamStrings } from '../strings/team';

/** How a conversation ended, in one line. */
function endText(conversation: TeamConversation, at: string): string {
	const by = teamStrings.state.endedBy[conversation.ended_by ?? 'staff'];
	const stars = conversation.rating === null ? '' : teamStrings.log.stars(conversation.rating);
	return [by, at, stars].filter(Boolean).join(' · ');
}

/**
 * Where conversations begin and end among the loaded messages (oldest first). A conversation without a loaded message has no
 * line, except the open one, which may have begun without a message. `hasOlder`: the first message may not be the
 * first of its conversation.
 */
export function conversationMarks(
	conversations: readonly TeamConversation[],
	messages: readonly ChatMessage[],
	hasOlder: boolean,
	time: (iso: string) => string,
): LogMark[] {
	return conversations.toReversed().flatMap((conversation): LogMark[] => {
		const { id, started_at, ended_at } = conversation;
		const first = messages.findIndex((message) => message.conversation_id === id);
		const last = messages.findLastIndex((message) => message.conversation_id === id);
		const text = `${teamStrings.log.started} · ${time(started_at)}`;
		if (first < 0)
			return ended_at ? [] : [{ key: `start:${id}`, before: null, text, closes: false }];
		const marks: LogMark[] = [];
		const before = messages[first]?.id ?? null;
		if (first > 0 || !hasOlder) marks.push({ key: `start:${id}`, before, text, closes: false });
		if (ended_at) {
			const after = messages[last + 1]?.id ?? null;
			const text = endText(conversation, time(ended_at));
			marks.push({ key: `end:${id}`, before: after, text, closes: true });
		}
		return marks;
	});
}
