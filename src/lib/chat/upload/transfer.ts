import type { ChatApi } from '../api/chat-api';
import { chatError, type Result } from '../errors';
import { isCount, isText, orNull, shape, type Check } from '../api/guards';
import type { SupportAttachment } from '../types';
import { putOutcome } from './put-outcome';
import type { Put } from './transport';
import type { Prepared } from './prepare';

const BUCKET = 'support-attachments';
const PASSING = ['support_file_missing', 'support_file_checking'];
/** The pause before the check is requested again, milliseconds; it doubles each time. */
const CHECK_PAUSE = 500;
const LONGEST_CHECK_PAUSE = 16_000;

/** A row of `support_attachments`: the right to upload one file, and its state. */
interface Ticket extends SupportAttachment {
	status: 'uploading' | 'ready' | 'refused';
}

const isTicket = shape<Ticket>({
	id: isText,
	path: isText,
	name: isText,
	mime_type: isText,
	size_bytes: isCount,
	width: orNull(isCount),
	height: orNull(isCount),
	status: (value): value is Ticket['status'] =>
		value === 'uploading' || value === 'ready' || value === 'refused',
});
const isChecked: Check<{ attachment: Ticket }> = shape({ attachment: isTicket });

export interface TransferOptions {
	api: ChatApi;
	put: Put;
	/** Made here, so that every further try is the same file. */
	id: string;
	chatId: string;
	file: Prepared;
	onProgress: (share: number) => void;
	/** All bytes are there; the server checks them. */
	onUploaded: () => void;
	signal: AbortSignal;
	/** Waits for this many milliseconds, or until the signal aborts. */
	pause: (ms: number) => Promise<void>;
}

/**
 * One try to upload a file: the ticket, the bytes, the check. It can always be repeated: what is done
 * already is not done twice.
 */
export async function transfer(options: TransferOptions): Promise<Result<SupportAttachment>> {
	const { api, id, chatId, file, signal, onUploaded } = options;
	const session = await api.tokens.fresh(30_000);
	if (session.error) return session;
	const as = session.data?.userId;
	const ticket = await api.row(
		'begin_support_upload',
		{
			...{ p_id: id, p_chat_id: chatId, p_name: file.name },
			...{ p_mime_type: file.blob.type, p_size_bytes: file.blob.size },
		},
		isTicket,
		as,
	);
	if (ticket.error) return ticket;
	if (ticket.data.status === 'ready') return { data: attachment(ticket.data), error: null };
	if (signal.aborted) return { data: null, error: chatError('network') };
	const problem = await put(ticket.data.path, options);
	if (problem) return { data: null, error: problem };
	onUploaded();
	const checked = await check(options, as);
	if (checked.error) return { data: null, error: asPassing(checked.error) };
	return { data: attachment(checked.data.attachment), error: null };
}

/** Requests the check again, with growing pauses, while another call (another tab, an earlier try) runs it. */
async function check({ api, id, signal, pause }: TransferOptions, as: string | undefined) {
	for (let wait = CHECK_PAUSE; ; wait *= 2) {
		const checked = await api.post('functions/v1/check-support-attachment', { id }, isChecked, as);
		if (checked.error?.code !== 'support_file_checking' || wait > LONGEST_CHECK_PAUSE)
			return checked;
		await pause(wait);
		if (signal.aborted) return checked;
	}
}

/** The bytes are missing or not checked yet: the next try sends them again. */
const asPassing = (error: ReturnType<typeof chatError>): ReturnType<typeof chatError> =>
	PASSING.includes(error.code) ? { ...error, kind: 'retry' } : error;

async function put(path: string, { api, put: send, file, onProgress, signal }: TransferOptions) {
	const { url, publishableKey } = api.options;
	for (let isFirst = true; ; isFirst = false) {
		const session = await api.tokens.fresh(30_000);
		if (session.error) return session.error;
		if (!session.data) return chatError('signed_out');
		const { token } = session.data;
		const answer = await send({
			url: `${url.replace(/\/+$/, '')}/storage/v1/object/${BUCKET}/${path}`,
			headers: {
				apikey: publishableKey,
				authorization: `Bearer ${token}`,
				'content-type': file.blob.type,
				'x-upsert': 'false',
			},
			body: file.blob,
			onProgress,
			signal,
		});
		const outcome = putOutcome(answer);
		if (outcome === 'stored') return null;
		if (outcome !== 'renew') return outcome;
		if (!isFirst) return chatError('signed_out', 401);
		await api.tokens.renew(token);
	}
}

const attachment = ({
	id,
	path,
	name,
	mime_type,
	size_bytes,
	width,
	height,
}: Ticket): SupportAttachment => ({ id, path, name, mime_type, size_bytes, width, height });
