import { fileURLToPath } from 'node:url';

const here = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The clone's own directories, as absolute paths. */
export const paths = {
	root: here('../..'),
	supabase: here('../../supabase'),
	functions: here('../../supabase/functions'),
	migrations: here('../../supabase/migrations'),
	seed: here('../../supabase/seed.sql'),
	temporary: here('../../supabase/.temp'),
	bootstrapSql: here('../sql'),
	extensions: here('../extensions'),
	cli: here('../../node_modules/.bin/supabase'),
};
