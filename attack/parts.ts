import type { AttackPart } from './core/part';
import { crashPart } from './crash/index';
import { crossingPart } from './crossing/index';
import { edgeFunctionsPart } from './edge-functions/index';
import { filesPart } from './files/index';
import { formsPart } from './forms/index';
import { functionsPart } from './functions/index';
import { proxyPart } from './proxy/index';
import { realtimePart } from './realtime/index';
import { storagePart } from './storage/index';
import { tablesPart } from './tables/index';
import { xssPart } from './xss/index';

/** In the order in which they run. */
export const parts: AttackPart[] = [
	functionsPart,
	tablesPart,
	edgeFunctionsPart,
	storagePart,
	realtimePart,
	filesPart,
	crossingPart,
	crashPart,
	formsPart,
	xssPart,
	proxyPart,
];
