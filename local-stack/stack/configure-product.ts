import type postgres from 'postgres';

/**
 * Does the manual steps of the installation guide after the migrations: stores the addresses of the Edge Functions and
 * of the dashboard. Keeps the address of a chat page unless an earlier start wrote it.
 */
export async function configureProduct(
	sql: postgres.Sql,
	apiUrl: string,
	dashboardUrl: string | undefined,
): Promise<void> {
	const [found] = await sql`
		select to_regprocedure('support_private.configure_email(text, text)') is not null as exists`;
	if (!found?.['exists']) return;
	await sql`select support_private.configure_email(${`${apiUrl}/functions/v1`}, ${dashboardUrl ?? null})`;
	if (!dashboardUrl) return;
	await sql`
		update public.support_settings set chat_url = ${`${dashboardUrl}/demo`}
		where chat_url is null or chat_url ~ '^http://127\\.0\\.0\\.1:\\d+/demo$'`;
}
