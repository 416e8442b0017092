import { DAMAGED } from './damaged-files.ts';
import type { HostileFile } from './hostile-file.ts';
import { BOMBS, POLYGLOTS } from './hostile-images.ts';
import { PDFS } from './hostile-pdfs.ts';
import { MISMATCHES, WRONG_TYPES } from './hostile-types.ts';

/** Files that no user may show to others. */
export const hostileFiles: HostileFile[] = [
	...[...WRONG_TYPES, ...MISMATCHES, ...BOMBS, ...POLYGLOTS, ...PDFS, ...DAMAGED],
	{ what: 'nothing', bytes: new Uint8Array(), type: 'image/png', refusal: 'support_file_empty' },
];
