/** Attachments that the settings allow. */
export interface UploadLimits {
	/** Mime types; none while attaching is off. */
	readonly types: readonly string[];
	/** Megabytes (1,048,576 bytes each). */
	readonly maxMb: number;
}

export const bytesOf = ({ maxMb }: UploadLimits): number => maxMb * 1024 * 1024;
