import { png, pngChunk } from '../../supabase/functions/_shared/files/testing/valid-files.ts';
import { send, type Target } from '../core/target';
import type { Actor } from '../people/stage';
import { randomUUID } from 'node:crypto';

export const BUCKET = 'support-attachments';

/** A picture that a customer has sent: its bytes contain the customer's word. Returns its path. */
export async function sendFile(target: Target, person: Actor): Promise<string> {
	const bytes = png(2, 2, pngChunk('tEXt', `Author\0${person.word}`));
	const headers = {
		apikey: target.publishableKey,
		authorization: `Bearer ${person.accessToken}`,
		'content-type': 'application/json',
	};
	const ask = async (path: string, body: string | Uint8Array, type?: string): Promise<unknown> => {
		const answer = await send(`${target.apiUrl}/${path}`, {
			method: 'POST',
			headers: { ...headers, ...(type ? { 'content-type': type } : {}) },
			body,
		});
		if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
		return JSON.parse(answer.text);
	};
	const id = randomUUID();
	const ticket = { p_id: id, p_chat_id: person.chatId, p_name: 'a.png' };
	const announced = { p_mime_type: 'image/png', p_size_bytes: bytes.length };
	const given = await ask(
		'rest/v1/rpc/begin_support_upload',
		JSON.stringify({ ...ticket, ...announced }),
	);
	const row = (Array.isArray(given) ? given[0] : given) as { path: string };
	await ask(`storage/v1/object/${BUCKET}/${row.path}`, bytes, 'image/png');
	await ask('functions/v1/check-support-attachment', JSON.stringify({ id }));
	const message = {
		p_id: randomUUID(),
		p_chat_id: person.chatId,
		p_content: '',
		p_attachment_ids: [id],
	};
	await ask('rest/v1/rpc/send_support_message', JSON.stringify(message));
	return row.path;
}
