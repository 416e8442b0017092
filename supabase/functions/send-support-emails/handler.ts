import type { CallDatabase } from '../_shared/database.ts';
import { refuse } from '../_shared/http.ts';
import { startRun, type RunStart } from '../_shared/start-run.ts';
import { Outbox, type EmailConfig } from './outbox.ts';
import { run } from './run.ts';
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

export interface HandlerOptions extends RunStart {
	call: CallDatabase;
	supabaseUrl: string;
	/** Null without the secrets of a provider. */
	sendMail: SendMail | null;
	budgetMs?: number;
	pauseMs?: number;
}

/** Starts a run in the background (see `startRun`), or answers 503 with the code of what is not set up. */
export function handle(request: Request, options: HandlerOptions): Promise<Response> {
	return startRun(request, options, () => prepare(options));
}

async function prepare(options: HandlerOptions): Promise<(() => Promise<unknown>) | Response> {
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
	const { budgetMs = 100_000, pauseMs = 500 } = options;
	return () => run({ outbox, sender, sendMail, log, budgetMs, pauseMs });
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
