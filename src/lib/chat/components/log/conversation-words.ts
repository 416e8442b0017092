import type { SupportStatus } from '../../conversation/conversation-types';
import type { ChatMessage } from '../../chat/chat-messages';
import type { LogMark } from './log-entries';
import type { Translator } from '../../i18n/translate';

const ENDINGS: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' };

/** `2nd`; other languages put words around the number. */
function ordinal(position: number, locale: string): string {
	const rule = new Intl.PluralRules('en', { type: 'ordinal' }).select(position);
	return `${position}${locale === 'en' ? (ENDINGS[rule] ?? 'th') : ''}`;
}

/**
 * The state of the customer's conversation, as a short line: `Waiting: you are 2nd in line`; empty without one.
 */
export function conversationLine(status: SupportStatus | null, t: Translator): string {
	const conversation = status?.conversation;
	switch (conversation?.status) {
		case 'waiting':
			return t.text('conversation.waiting', {
				place: ordinal(status?.queue_position ?? 1, t.locale),
			});
		case 'active':
			return t.text('conversation.answering', {
				name: conversation.agent_name ?? t.text('message.team'),
			});
		case 'ended':
			return t.text('conversation.ended');
		default:
			return '';
	}
}

/** The expected reply time, or that no one is available; empty while an agent is replying. */
export function expectation(status: SupportStatus | null, t: Translator): string {
	if (!status || status.conversation?.status === 'active') return '';
	const { open, opens_at, agents_online, emails_answers, expected_reply_minutes: minutes } = status;
	if (open && agents_online) return minutes ? t.plural('away.expected', minutes) : '';
	const away =
		!open && opens_at
			? t.text('away.until', { time: moment(opens_at, t.locale) })
			: t.text('away.now');
	return emails_answers ? `${away} ${t.text('away.email')}` : away;
}

/** `Monday, Nov 23, 9:00 AM` */
const moment = (iso: string, locale: string): string =>
	new Intl.DateTimeFormat(locale, {
		weekday: 'long',
		month: 'short',
		day: 'numeric',
		hour: 'numeric',
		minute: '2-digit',
	}).format(Date.parse(iso));

/** Where one conversation ends and the next begins. */
export const conversationMarks = (messages: readonly ChatMessage[], t: Translator): LogMark[] =>
	messages.flatMap(({ id, conversation_id: now }, index) => {
		const before = messages[index - 1]?.conversation_id;
		if (!before || !now || before === now) return [];
		return [{ key: `new:${id}`, before: id, text: t.text('conversation.new'), closes: false }];
	});
