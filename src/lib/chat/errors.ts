/**
 * Every way a call can fail, as a code with one sentence per language (`i18n/`) and a class that decides the
 * reaction:
 * - `retry`: passing trouble; the same call may well succeed later.
 * - `refused`: the server understood and said no; trying again will not help.
 * - `signed_out`: no valid session; wait for a sign-in.
 */
export type ErrorClass = 'retry' | 'refused' | 'signed_out';

/** Error codes of the database functions. Unknown codes of later versions are shown as a general refusal. */
type RaisedCode =
	| 'support_not_authenticated'
	| 'support_forbidden'
	| 'support_chat_not_found'
	| 'support_message_blank'
	| 'support_message_too_long'
	| 'support_message_conflict'
	| 'support_rate_limited'
	| 'support_message_id_missing'
	| 'support_user_not_found'
	| 'support_bad_transition'
	| 'support_bad_cursor'
	| 'support_already_taken'
	| 'support_agent_limit'
	| 'support_not_assigned'
	| 'support_own_conversation'
	| 'support_agent_not_found'
	| 'support_conversation_not_found'
	| 'support_conversation_waiting'
	| 'support_uploads_off'
	| 'support_upload_type'
	| 'support_upload_too_large'
	| 'support_upload_empty'
	| 'support_upload_rate_limited'
	| 'support_upload_conflict'
	| 'support_attachment_not_found'
	| 'support_attachment_not_ready'
	| 'support_attachment_used'
	| 'support_attachments_too_many'
	| 'support_file_empty'
	| 'support_file_type'
	| 'support_file_mismatch'
	| 'support_file_too_large'
	| 'support_file_too_many_pixels'
	| 'support_file_too_complex'
	| 'support_file_active'
	| 'support_file_damaged'
	| 'support_file_checking'
	| 'support_file_missing';

/** Error codes of the client itself. */
type OwnCode =
	| 'signed_out'
	| 'user_changed'
	| 'network'
	| 'timeout'
	| 'unexpected_answer'
	| 'server'
	| 'refused';

export type ChatErrorCode = RaisedCode | OwnCode;

const SIGNED_OUT: ChatErrorCode[] = ['support_not_authenticated', 'signed_out', 'user_changed'];
const PASSING: ChatErrorCode[] = [
	'support_rate_limited',
	'network',
	'timeout',
	'unexpected_answer',
	'server',
];

export interface ChatError {
	code: ChatErrorCode;
	kind: ErrorClass;
	/** HTTP status, 0 without a response. */
	status: number;
	/** The server's message, for logs; never shown to people. */
	detail: string;
	/** Milliseconds the server asked to wait. */
	retryAfter?: number;
}

/** The result of every call: exactly one of the two is not null. */
export type Result<T> = { data: T; error: null } | { data: null; error: ChatError };

/** Whether it has the form of a code; codes of later versions have no sentence here. */
export const isErrorCode = (code: unknown): code is ChatErrorCode =>
	typeof code === 'string' && /^(support_[a-z_]+|refused)$/.test(code);

export function chatError(
	code: ChatErrorCode,
	status = 0,
	detail = '',
	retryAfter?: number,
): ChatError {
	const passing = PASSING.includes(code) ? 'retry' : 'refused';
	const kind = SIGNED_OUT.includes(code) ? 'signed_out' : passing;
	return { code, kind, status, detail, ...(retryAfter ? { retryAfter } : {}) };
}

/** SQLSTATEs that a database raises while it restarts, fails over, is full or waits for a lock: all pass. */
const PASSING_SQLSTATE = /^(08...|40001|40P01|53...|55P03|57P0[1-5]|57014|25006|58...|XX000)$/;
/** PostgREST could not reach the database, or has not read its schema yet. */
const PASSING_POSTGREST = /^PGRST(00[0-3]|202)$/;

const field = (body: unknown, name: string): string => {
	if (typeof body !== 'object' || body === null || !(name in body)) return '';
	const value: unknown = Reflect.get(body, name);
	return typeof value === 'string' ? value : '';
};

/** Turns an unsuccessful HTTP response into an error; `body` is its parsed JSON, or undefined. */
export function errorOfAnswer(status: number, body: unknown, retryAfter?: number): ChatError {
	const message = field(body, 'message');
	const sqlstate = field(body, 'code');
	const detail = [sqlstate, message].filter(Boolean).join(' ');
	// Database functions put it in `message`, Edge Functions in `code`.
	const raised = [message, sqlstate].find(isErrorCode);
	// A limit of the database gives the seconds in its hint; at most 5 minutes, as for the header.
	const seconds = status === 429 ? Math.min(Number(field(body, 'hint')) || 0, 300) : 0;
	if (raised) return chatError(raised, status, detail, retryAfter || seconds * 1000);
	if (status === 401 || /^PGRST30[1-3]$/.test(sqlstate))
		return chatError('signed_out', status, detail);
	if (status === 429) return chatError('support_rate_limited', status, detail, retryAfter);
	if (PASSING_SQLSTATE.test(sqlstate) || PASSING_POSTGREST.test(sqlstate) || status >= 500)
		return chatError('server', status, detail, retryAfter);
	if (body === undefined) return chatError('unexpected_answer', status, detail);
	if (status === 408 || status === 425) return chatError('timeout', status, detail);
	if (status === 403) return chatError('support_forbidden', status, detail);
	return chatError('refused', status, detail);
}
