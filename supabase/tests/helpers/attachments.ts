import { randomUUID } from 'node:crypto';
import { one, rpc, sql, type Caller, type Row } from './database';
import type { Person } from './people';

/** Asks for a ticket; what is not said is a small PNG. */
export function begin(caller: Caller, chatId: string, announced: Row = {}): Promise<Row> {
	const { id, name, type, size } = {
		id: randomUUID(),
		name: 'photo.png',
		type: 'image/png',
		size: 100,
		...announced,
	};
	return one(
		rpc(caller, 'begin_support_upload', {
			p_id: id,
			p_chat_id: chatId,
			p_name: name,
			p_mime_type: type,
			p_size_bytes: size,
		}),
	);
}

/** A file that was uploaded and checked, as far as the database knows; returns its id. */
export async function readyRow(
	person: Person,
	chatId: string,
	announced: Row = {},
): Promise<string> {
	const { id, path, mime_type } = await begin(person, chatId, announced);
	const version = randomUUID();
	await sql`
		insert into storage.objects (bucket_id, name, version, metadata)
		values ('support-attachments', ${path}, ${version}, ${sql.json({ size: 100, mimetype: mime_type })})`;
	await sql`select public.support_settle_upload(${id}, ${version}, null, 100, 4, 3)`;
	return id;
}

/** Sends a message with files. */
export function attach(
	caller: Caller,
	chatId: string,
	ids: (string | null)[],
	content = '',
	id = randomUUID(),
): Promise<Row> {
	return one(
		rpc(caller, 'send_support_message', {
			p_id: id,
			p_chat_id: chatId,
			p_content: content,
			p_attachment_ids: ids,
		}),
	);
}

/** The row of a file, if it is still there. */
export async function storedFile(id: string): Promise<Row | undefined> {
	const [row] = await sql<Row[]>`select * from public.support_attachments where id = ${id}`;
	return row;
}
