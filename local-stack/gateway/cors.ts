const EXPOSED =
	'Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit, Preference-Applied, X-Total-Count, Link, X-Supabase-Api-Version';

/** Any page may call the API, as on hosted: the token, which no browser sends by itself, protects it. */
export function corsHeaders(): Record<string, string> {
	return { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED };
}

/** The response to a preflight request. */
export function preflight(asked: string | undefined): Response {
	return new Response(null, {
		status: 200,
		headers: {
			...corsHeaders(),
			'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD',
			'access-control-allow-headers': asked ?? 'authorization, apikey, content-type, x-client-info',
			'access-control-max-age': '86400',
		},
	});
}
