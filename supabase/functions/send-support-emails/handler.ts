import type { CallDatabase } from '../_shared/database.ts';
import { refuse } from '../_shared/http.ts';
import { startRun, type RunStart } from '../_shared/start-run.ts';
import { Outbox, type EmailConfig } from './outbox.ts';
import { run } from './run.ts';
import type { SendMail } from './send-mail.ts';
import type { Sender } from './write-mail.ts';

/** The problems that are found before a run, each with its solution. */
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
	/** Null if no provider's secret is set. */
	sendMail: SendMail | null;
	budgetMs?: number;
	pauseMs?: number;
}

/** Starts a run in the background (see `startRun`), or responds with 503 and the code of the missing setting. */
export function handle(request: Request, options: HandlerOptions): Promise<Response> {
	return startRun(request, options, () => prepare(options));
}

async function prepare(options: HandlerOptions): Promise<(() => Promise<unknown>) | Response> {
	const { log, sendMail, budgetMs = 100_000, pauseMs = 500 } = options;
	const outbox = new Outbox(options.call);
	const sender = await prepareSender(outbox, options);
	if (typeof sender === 'string' || sendMail === null)
		return refuse(503, typeof sender === 'string' ? sender : 'support_email_no_key');
	// Settings and templates may change during a run.
	const readSender = async (): Promise<Sender | null> => {
		const now = await prepareSender(outbox, options);
		return typeof now === 'string' ? null : now;
	};
	return () => run({ outbox, readSender, sendMail, log, budgetMs, pauseMs });
}

/** The common data of all emails, or a problem that blocks all of them; a problem is reported. */
async function prepareSender(
	outbox: Outbox,
	{ sendMail, supabaseUrl, log }: HandlerOptions,
): Promise<Sender | Problem> {
	const config = await outbox.config();
	const sender =
		sendMail === null
			? 'support_email_no_key'
			: readSender(config, `${supabaseUrl}/functions/v1/support-unsubscribe`);
	if (typeof sender === 'string') {
		if (await outbox.reportProblem(sender)) log(`no mails leave: ${PROBLEMS[sender]}`);
	} else if (config.email_problem !== null && config.email_problem in PROBLEMS) {
		// The others are released when one email has been sent.
		await outbox.reportProblem(null);
	}
	return sender;
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
		teamLocale: config.notification_locale,
		templates: config.templates,
	};
}
