import { errors } from './storage-error';

/** The first and the last byte of one `Range`; throws 416 for anything that is not one range inside the file. */
export function parseRange(header: string, size: number): { start: number; end: number } {
	const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
	if (from === '' && to === '') throw errors.range();
	const start = from === '' ? Math.max(size - Number(to), 0) : Number(from);
	const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
	if (start >= size || end < start || (from === '' && Number(to) === 0)) throw errors.range();
	return { start, end };
}
