import { z } from 'zod';

/**
 * An email in Resend's format, as it is sent, and stored until it is settled.
 * https://resend.com/docs/api-reference/emails/send-email
 */
export const mail = z.object({
	from: z.string(),
	to: z.array(z.string()).length(1),
	subject: z.string(),
	html: z.string(),
	text: z.string(),
	headers: z.record(z.string(), z.string()),
});
export type Mail = z.infer<typeof mail>;
