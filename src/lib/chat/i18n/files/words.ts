import { ATTACHMENTS_MAX } from '../../limits';
import type { ChatErrorCode } from '../../errors';
import type { UploadLimits } from '../../upload/limits';
import { fill, type Translator, type Values } from '../translate';
import type { FileCatalogue } from './en';

export type FileWordKey = keyof FileCatalogue;

/** The texts about files, in one language. */
export interface FileWords {
	text(key: FileWordKey, values?: Values): string;
	/** The sentence for an error code, with the exact limit in it. */
	error(code: ChatErrorCode, limits: UploadLimits): string;
	/** Whether there is a sentence for it here. */
	knows(code: ChatErrorCode): boolean;
	/** `1.2 MB` */
	size(bytes: number): string;
	/** `42%`, of 0 to 1. */
	percent(share: number): string;
}

const SHORT_NAMES: Record<string, string | undefined> = {
	'image/png': 'PNG',
	'image/jpeg': 'JPEG',
	'image/webp': 'WebP',
	'image/gif': 'GIF',
	'application/pdf': 'PDF',
};

const isKey = (catalogue: FileCatalogue, key: string): key is FileWordKey =>
	Object.hasOwn(catalogue, key);

/** @param t the translator of the chat */
export function fileWords(t: Translator, catalogue: FileCatalogue): FileWords {
	const { locale } = t;
	const text = (key: FileWordKey, values: Values = {}): string => fill(catalogue[key], values);
	const unit = (value: number, name: string): string =>
		new Intl.NumberFormat(locale, {
			style: 'unit',
			unit: name,
			maximumFractionDigits: value < 10 ? 1 : 0,
		}).format(value);
	const types = (allowed: readonly string[]): string =>
		new Intl.ListFormat(locale, { type: 'conjunction' }).format(
			allowed.map((type) => SHORT_NAMES[type] ?? type),
		);
	return {
		text,
		knows: (code) => isKey(catalogue, `error.${code}`),
		error(code, limits) {
			const key = `error.${code}`;
			if (!isKey(catalogue, key)) return t.error(code);
			return text(key, {
				types: types(limits.types),
				max: unit(limits.maxMb, 'megabyte'),
				count: ATTACHMENTS_MAX,
			});
		},
		size(bytes) {
			// Round up before 1,000 kB: show 1 MB.
			if (bytes < 999.5 * 1024) return unit(bytes / 1024, 'kilobyte');
			return unit(bytes / 1024 / 1024, 'megabyte');
		},
		percent: (share) => new Intl.NumberFormat(locale, { style: 'percent' }).format(share),
	};
}
