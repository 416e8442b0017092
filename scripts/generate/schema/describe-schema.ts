import type postgres from 'postgres';
import { describeFunctions } from './functions';
import { describePlatformTables } from './policies-and-triggers';
import { describeTables } from './tables';
import { describeTypes } from './types';

const HEADER = `-- The schema as it stands, made from the migrations by \`npm run generate\`. Do not edit: change the migrations.
-- Types, then tables with their columns, checks, indexes, rights, policies and triggers, then functions with their rights,
-- each kind sorted by name.`;

/** The schema after all migrations as readable SQL: the same text on every machine and every version of Postgres. */
export async function describeSchema(sql: postgres.Sql): Promise<string> {
	return await sql.begin('read only', async (transaction) => {
		// With no search path, Postgres writes every name with its schema.
		await transaction`set local search_path = ''`;
		const parts = [
			await describeTypes(transaction),
			await describeTables(transaction),
			await describePlatformTables(transaction),
			await describeFunctions(transaction),
		];
		return `${[HEADER, ...parts].join('\n\n')}\n`;
	});
}
