import type { OwnTemplate } from '../_shared/email/variables.ts';
import type { Mail } from '../_shared/mail.ts';
import { writeTeamWaiting, writeTestMail } from '../_shared/team-mail.ts';
import { writeSupportReply } from '../_shared/support-reply.ts';
import type { ClaimedMail } from './outbox.ts';

/** The common data of every email. */
export interface Sender {
	appName: string;
	from: string;
	chatUrl: string;
	unsubscribePage: string;
	unsubscribeEndpoint: string;
	dashboardUrl: string | null;
	teamLocale: string;
	templates: readonly OwnTemplate[];
}

/** Writes an email of any kind. */
export function writeMail(sender: Sender, claimed: ClaimedMail): Mail {
	const { recipient } = claimed;
	const teamMail = { ...sender, recipient, locale: sender.teamLocale };
	switch (claimed.kind) {
		case 'user_reply':
			return writeSupportReply({
				...sender,
				recipient,
				chatId: claimed.chat_id,
				unsubscribeToken: claimed.unsubscribe_token,
				messages: claimed.messages,
				customer: claimed.customer,
				locale: claimed.locale,
			});
		case 'staff_waiting':
			return writeTeamWaiting({
				...teamMail,
				chatId: claimed.chat_id,
				customer: claimed.customer,
				waitingMinutes: claimed.waiting_minutes,
				firstMessage: claimed.first_message,
			});
		case 'test':
			return writeTestMail(teamMail);
	}
}
