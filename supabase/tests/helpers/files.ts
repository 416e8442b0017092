import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { Account } from '../../../local-stack/testing/people';
import { png } from '../../functions/_shared/files/testing/valid-files.ts';
import { makeUser } from '../setup/clients';
import { sql, type Row } from './database';
import { call, type Answer } from './http';

export const BUCKET = 'support-attachments';

/** The arguments of a ticket. */
export interface Announced {
	id?: string;
	name?: string;
	type?: string;
	size?: number;
}

/** A customer with a token, and their chat. */
export async function customerWithChat(): Promise<Account & { chatId: string }> {
	const user = await makeUser();
	const chat = await call(user.accessToken, 'get_or_create_support_chat');
	return { ...user, chatId: String(chat.body[0].id) };
}

/** Asks for a ticket over the API. */
export function ticket(token: string | undefined, chatId: string, announced: Announced = {}) {
	return call(token, 'begin_support_upload', {
		p_id: announced.id ?? randomUUID(),
		p_chat_id: chatId,
		p_name: announced.name ?? 'photo.png',
		p_mime_type: announced.type ?? 'image/png',
		p_size_bytes: announced.size ?? 100,
	});
}

/** Asks Storage for something; signed out without a token. */
export async function storage(
	token: string | undefined,
	method: string,
	path: string,
	body?: Uint8Array | object,
	headers: Record<string, string> = {},
): Promise<Answer & { bytes: Uint8Array }> {
	const { apiUrl, publishableKey } = inject('stack');
	const raw = body instanceof Uint8Array;
	const response = await fetch(`${apiUrl}/storage/v1/${path}`, {
		method,
		headers: {
			apikey: publishableKey,
			authorization: `Bearer ${token ?? publishableKey}`,
			...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
			...headers,
		},
		...(body === undefined ? {} : { body: raw ? new Uint8Array(body) : JSON.stringify(body) }),
	});
	const bytes = new Uint8Array(await response.arrayBuffer());
	return { status: response.status, body: parse(bytes), bytes };
}

function parse(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(Buffer.from(bytes).toString());
	} catch {
		return null;
	}
}

/** Uploads bytes to a path of the bucket, as supabase-js does. */
export function upload(
	token: string | undefined,
	path: string,
	bytes: Uint8Array = png(),
	type = 'image/png',
	headers: Record<string, string> = {},
) {
	return storage(token, 'POST', `object/${BUCKET}/${path}`, bytes, {
		'content-type': type,
		'x-upsert': 'false',
		...headers,
	});
}

/** Has an upload checked by the real Edge Function. */
export async function check(token: string | undefined, id: unknown): Promise<Answer> {
	const { apiUrl, publishableKey } = inject('stack');
	const response = await fetch(`${apiUrl}/functions/v1/check-support-attachment`, {
		method: 'POST',
		headers: {
			apikey: publishableKey,
			'content-type': 'application/json',
			...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
		},
		body: JSON.stringify({ id }),
	});
	return { status: response.status, body: await response.json() };
}

/** A file that is uploaded and checked, as its uploader's client does it; returns its row. */
export async function readyFile(
	token: string,
	chatId: string,
	announced: Announced = {},
): Promise<Row> {
	const asked = await ticket(token, chatId, announced);
	if (asked.status !== 200) throw new Error(JSON.stringify(asked.body));
	await upload(token, asked.body.path);
	const checked = await check(token, asked.body.id);
	if (checked.status !== 200) throw new Error(JSON.stringify(checked.body));
	return checked.body.attachment;
}

/** Sends a message with files over the API. */
export function sendFiles(
	token: string,
	chatId: string,
	ids: string[],
	content = '',
	id = randomUUID(),
) {
	return call(token, 'send_support_message', {
		p_id: id,
		p_chat_id: chatId,
		p_content: content,
		p_attachment_ids: ids,
	});
}

/** Addresses under which files can be fetched for five minutes; one entry per path. */
export async function sign(token: string | undefined, paths: string[]): Promise<Row[]> {
	const response = await fetch(`${inject('stack').apiUrl}/functions/v1/sign-support-files`, {
		method: 'POST',
		headers: { ...(token && { authorization: `Bearer ${token}` }) },
		body: JSON.stringify({ paths }),
	});
	const body: unknown = await response.json();
	return Array.isArray(body) ? body : [];
}

/** Is there an object at this path? */
export async function isStored(path: string): Promise<boolean> {
	const rows =
		await sql`select from storage.objects where bucket_id = ${BUCKET} and name = ${path}`;
	return rows.length === 1;
}
