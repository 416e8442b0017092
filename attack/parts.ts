import type { AttackPart } from './core/part';
import { edgeFunctionsPart } from './edge-functions/index';
import { formsPart } from './forms/index';
import { functionsPart } from './functions/index';
import { realtimePart } from './realtime/index';
import { storagePart } from './storage/index';
import { tablesPart } from './tables/index';

/** In the order in which they run. */
export const parts: AttackPart[] = [
	functionsPart,
	tablesPart,
	edgeFunctionsPart,
	storagePart,
	realtimePart,
	formsPart,
];
