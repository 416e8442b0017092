import type { GrowingFile } from './growing-file.ts';
import { GROWING_IMAGES } from './growing-images.ts';
import { GROWING_PDFS } from './growing-pdfs.ts';

/** Kinds of files whose check may cost at most twice as much if they are twice as long. */
export const growingFiles: GrowingFile[] = [...GROWING_IMAGES, ...GROWING_PDFS];
