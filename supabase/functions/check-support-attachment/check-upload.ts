import { z } from 'zod';
import type { CallDatabase } from '../_shared/database.ts';
import { checkFile, type FileVerdict } from '../_shared/files/check-file.ts';
import type { FileStorage } from '../_shared/storage.ts';
import { attachment, type Attachment } from './read-as-caller.ts';

const claim = z.object({
	state: z.enum(['claimed', 'busy', 'missing', 'settled']),
	version: z.string().nullable(),
	stored_type: z.string().nullable(),
	max_bytes: z.number(),
});
type Claim = z.infer<typeof claim>;
const claims = z.tuple([claim]);

export interface CheckOptions {
	/** With the secret key. */
	call: CallDatabase;
	storage: Pick<FileStorage, 'read' | 'remove'>;
}

/**
 * Claims the file for this call to check, or returns the reason why it cannot. Never waits: a caller during another
 * check tries again later.
 */
export async function claimUpload(id: string, { call }: CheckOptions): Promise<Claim> {
	const [found] = await call('support_claim_upload', { p_id: id }, claims);
	return found;
}

/** Reads the uploaded bytes, checks them, and stores the result. Null if the object no longer exists. */
export async function checkUpload(
	row: Attachment,
	found: Claim,
	{ call, storage }: CheckOptions,
): Promise<Attachment | null> {
	// One byte more than allowed shows that the file is too large.
	const bytes = await storage.read(row.path, found.max_bytes);
	if (bytes === null) return null;
	const verdict = checkFile({
		bytes,
		claimedType: row.mime_type,
		storedType: found.stored_type ?? '',
		name: row.name,
		maxBytes: found.max_bytes,
	});
	const args = { p_id: row.id, p_version: found.version, ...settled(verdict, bytes.length) };
	const kept = await call('support_settle_upload', args, attachment);
	if (kept.status === 'refused') await removeObject(row.path, call, storage);
	return kept;
}

function settled(verdict: FileVerdict, size: number): Record<string, unknown> {
	if (!verdict.accepted) return { p_refusal: verdict.refusal };
	return { p_size_bytes: size, p_width: verdict.width, p_height: verdict.height };
}

/** If this fails, the database's queue removes the object later. */
async function removeObject(
	path: string,
	call: CallDatabase,
	storage: CheckOptions['storage'],
): Promise<void> {
	try {
		await storage.remove([path]);
		await call('support_finish_file_removals', { p_paths: [path] }, z.unknown());
	} catch {
		return;
	}
}
