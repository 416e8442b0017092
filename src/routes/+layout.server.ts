import type { LayoutServerLoad } from './$types';

/** Values that every page needs in the browser to reach the project. Both are public. */
export const load: LayoutServerLoad = ({ locals }) => ({ config: locals.config });
