import type postgres from 'postgres';

/** What the installation guide has a team do by hand after the migrations: tell the database where its functions are. */
export async function configureProduct(
	sql: postgres.Sql,
	apiUrl: string,
	dashboardUrl: string | undefined,
): Promise<void> {
	const [found] = await sql`
		select to_regprocedure('support_private.configure_email(text, text)') is not null as exists`;
	if (!found?.['exists']) return;
	await sql`select support_private.configure_email(${`${apiUrl}/functions/v1`}, ${dashboardUrl ?? null})`;
}
