import type { AttackPart } from './core/part';
import { functionsPart } from './functions/index';
import { tablesPart } from './tables/index';

/** In the order in which they run. */
export const parts: AttackPart[] = [functionsPart, tablesPart];
