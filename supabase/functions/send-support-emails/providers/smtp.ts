import { createTransport } from 'nodemailer';
import { headerText } from '../../_shared/text.ts';
import type { Mail } from '../../_shared/mail.ts';
import { ABORT_AFTER_MS, type SendMail } from '../send-mail.ts';
import { sortSmtpError } from './smtp-outcome.ts';
import type { SmtpServer } from './smtp-server.ts';

/** Excludes characters that a mail program reads as the end or the beginning of an address. */
const ONE_ADDRESS = /^[^\s<>()[\]\\,;:"@]+@[^\s<>()\\,;"@]+$/;

/**
 * Sends by SMTP, with one connection for each email. SMTP has no idempotency key: if the response was lost, the email
 * is sent again with the same Message-ID, by which most receivers recognise it.
 */
export function smtpSender(server: SmtpServer, abortAfterMs: number = ABORT_AFTER_MS): SendMail {
	const transport = createTransport({
		...server,
		connectionTimeout: abortAfterMs,
		greetingTimeout: abortAfterMs,
		socketTimeout: abortAfterMs,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	return async (mail, idempotencyKey) => {
		if (!mail.to.every((address) => ONE_ADDRESS.test(address)))
			return { kind: 'failed', error: 'The recipient is not an email address' };
		try {
			const { response, messageId } = await transport.sendMail({
				...compose(mail, idempotencyKey),
				signal: AbortSignal.timeout(abortAfterMs),
			});
			return { kind: 'sent', providerId: headerText(response || messageId, 200) };
		} catch (error) {
			return sortSmtpError(error);
		}
	};
}

/**
 * The email in the library's format. Addresses are split, because the library would read a text with a comma as two
 * addresses.
 */
function compose(mail: Mail, idempotencyKey: string) {
	const from = readAddress(mail.from);
	return {
		from,
		to: mail.to.map((address) => ({ name: '', address })),
		envelope: { from: from.address, to: mail.to },
		subject: headerText(mail.subject, 1000),
		text: mail.text,
		html: mail.html,
		headers: Object.entries(mail.headers).map(([key, value]) => ({
			key,
			value: headerText(value, 2000),
		})),
		messageId: messageIdOf(idempotencyKey, from.address),
		xMailer: false as const,
	};
}

/** The same for the same key and sender. */
export function messageIdOf(idempotencyKey: string, sender: string): string {
	const domain = sender.split('@').at(-1) ?? '';
	const host = /^[a-z\d.-]+$/i.test(domain) ? domain.toLowerCase() : 'support-chat.invalid';
	return `<${idempotencyKey.replace(/[^\w.-]/g, '.')}@${host}>`;
}

function readAddress(text: string): { name: string; address: string } {
	const clean = headerText(text, 640);
	const parts = /^(.*)<([^<>]*)>$/.exec(clean);
	if (!parts) return { name: '', address: clean };
	const name = (parts[1] ?? '').trim();
	const quoted = /^"(.*)"$/.exec(name)?.[1];
	return {
		name: quoted === undefined ? name : quoted.replace(/\\(.)/g, '$1'),
		address: (parts[2] ?? '').trim(),
	};
}
