import type { LayoutServerLoad } from './$types';

/** What every page's browser side needs to talk to the project. Both values are public. */
export const load: LayoutServerLoad = ({ locals }) => ({ config: locals.config });
