import { type FileHandle } from 'node:fs/promises';

/** A file, or a part of it; or, without `file`, its headers alone. */
export interface FileReply {
	status: number;
	headers: Record<string, string>;
	file?: { handle: FileHandle; start: number; end: number };
}
