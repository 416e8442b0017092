// Sends due emails: about unread replies, to the team, and test emails. pg_cron starts it through pg_net, with a secret
// that can only start runs. Secrets: RESEND_API_KEY (optional RESEND_BASE_URL), or else SMTP_URL.
import { z } from 'zod';
import { connectDatabase } from '../_shared/database.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { handle } from './handler.ts';
import { SecretCheck } from '../_shared/secret.ts';
import { chooseProvider } from './providers/choose.ts';

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

const environment = readEnvironment((name) => Deno.env.get(name));
const call = connectDatabase(environment);
const secret = new SecretCheck(() =>
	call('support_email_secret_digest', {}, z.string().nullable()),
);
const sendMail = chooseProvider((name) => Deno.env.get(name));

Deno.serve((request) =>
	handle(request, {
		call,
		secret,
		supabaseUrl: environment.supabaseUrl,
		sendMail,
		inBackground: (work) => EdgeRuntime.waitUntil(work),
		log: (line) => console.error(line),
	}),
);
