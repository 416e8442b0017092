/** Is the server up? Says nothing of the Supabase project, so that a fault there does not restart this one. */
export const GET = () => new Response('ok', { headers: { 'cache-control': 'no-store' } });
