import type { CallDatabase } from '../_shared/database.ts';
import { json, refuse } from '../_shared/http.ts';
import { Outbox, type EmailConfig } from './outbox.ts';
import { run } from './run.ts';
import type { SecretCheck } from '../_shared/secret.ts';
import type { SendMail } from './send-mail.ts';
import type { Sender } from './write-mail.ts';

/** The problems that are seen before a run, each with what to do. */
const PROBLEMS = {
	support_email_no_key:
		'set RESEND_API_KEY (`supabase secrets set RESEND_API_KEY=re_…`) or SMTP_URL (smtps://user:password@host:465)',
	support_email_no_sender:
		'support_settings.email_from is empty: set the address that mails come from',
	support_email_no_chat_url:
		'support_settings.chat_url is empty: set the page that a mail links to',
	support_email_not_scheduled: 'call support_private.configure_email(functions_url)',
};
type Problem = keyof typeof PROBLEMS;

export interface HandlerOptions {
	call: CallDatabase;
	secret: SecretCheck;
	supabaseUrl: string;
	/** Null without the secrets of a provider. */
	sendMail: SendMail | null;
	/** Keeps the worker alive for work that outlives the answer. */
	inBackground: (work: Promise<unknown>) => void;
	log: (line: string) => void;
	budgetMs?: number;
	pauseMs?: number;
}

/**
 * Starts a run and answers at once, since pg_net waits for seconds only: 202, or 401 for a wrong secret, or 503 with the code
 * of what is not set up. The run goes on in the background.
 */
export async function handle(request: Request, options: HandlerOptions): Promise<Response> {
	try {
		if (!(await options.secret.accepts(request.headers.get('x-support-secret'))))
			return refuse(401, 'support_not_authenticated');
		if (request.method !== 'POST') return refuse(405, 'support_bad_request');
		return await start(options);
	} catch (error) {
		options.log(`not started: ${String(error)}`);
		return refuse(503, 'support_unavailable');
	}
}

async function start(options: HandlerOptions): Promise<Response> {
	const { log, sendMail, supabaseUrl } = options;
	const outbox = new Outbox(options.call);
	const config = await outbox.config();
	const sender = readSender(config, `${supabaseUrl}/functions/v1/support-unsubscribe`);
	const problem =
		sendMail === null ? 'support_email_no_key' : typeof sender === 'string' ? sender : null;
	if (problem !== null || sendMail === null || typeof sender === 'string') {
		const code = problem ?? 'support_email_no_key';
		if (await outbox.reportProblem(code)) log(`no mails leave: ${PROBLEMS[code]}`);
		return refuse(503, code);
	}
	// The others are taken back when a mail has left.
	if (config.email_problem !== null && config.email_problem in PROBLEMS)
		await outbox.reportProblem(null);
	options.inBackground(
		run({
			outbox,
			sender,
			sendMail,
			log,
			budgetMs: options.budgetMs ?? 100_000,
			pauseMs: options.pauseMs ?? 500,
		}).catch((error: unknown) => log(`the run ended early: ${String(error)}`)),
	);
	return json(202, { status: 'started' });
}

function readSender(config: EmailConfig, unsubscribeEndpoint: string): Sender | Problem {
	if (!config.email_from) return 'support_email_no_sender';
	if (!config.chat_url) return 'support_email_no_chat_url';
	return {
		appName: config.app_name,
		from: config.email_from,
		chatUrl: config.chat_url,
		unsubscribePage: config.unsubscribe_url ?? unsubscribeEndpoint,
		unsubscribeEndpoint,
		dashboardUrl: config.dashboard_url,
		staffLocale: config.notification_locale,
		templates: config.templates,
	};
}
