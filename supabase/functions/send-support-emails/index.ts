// Sends the mails that are due: about unread answers, to the team, and tests. pg_cron starts it, through pg_net, with a secret that can do this only.
// Secrets: RESEND_API_KEY; optional RESEND_BASE_URL.
import { z } from 'zod';
import { connectDatabase } from '../_shared/database.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { handle } from './handler.ts';
import { SecretCheck } from '../_shared/secret.ts';
import { resendSender } from './send-mail.ts';

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

const environment = readEnvironment((name) => Deno.env.get(name));
const call = connectDatabase(environment);
const secret = new SecretCheck(() =>
	call('support_email_secret_digest', {}, z.string().nullable()),
);
const apiKey = Deno.env.get('RESEND_API_KEY');
const baseUrl = Deno.env.get('RESEND_BASE_URL');

Deno.serve((request) =>
	handle(request, {
		call,
		secret,
		supabaseUrl: environment.supabaseUrl,
		sendMail: apiKey ? resendSender({ apiKey, baseUrl }) : null,
		inBackground: (work) => EdgeRuntime.waitUntil(work),
		log: (line) => console.error(line),
	}),
);
