import type { SendMail } from '../send-mail.ts';
import { resendSender } from './resend.ts';
import { smtpSender } from './smtp.ts';
import { readSmtpUrl } from './smtp-server.ts';

/** The provider that the function's secrets select: Resend if there is a key, else SMTP; null without either. */
export function chooseProvider(get: (name: string) => string | undefined): SendMail | null {
	const apiKey = get('RESEND_API_KEY');
	if (apiKey) return resendSender({ apiKey, baseUrl: get('RESEND_BASE_URL') });
	const server = readSmtpUrl(get('SMTP_URL') ?? '');
	return server && smtpSender(server);
}
