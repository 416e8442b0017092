/** Codes and words of Auth and supabase-js; older servers have words only. */
const OVER =
	/refresh_token_(not_found|already_used)|session_(not_found|expired)|user_(not_found|banned)|invalid_grant|Invalid Refresh Token|session missing/i;

/**
 * Does this refusal of a refresh end the session? Any other may pass: of a revoked key, a limit, a proxy, two calls at once.
 *
 * @param refusal the text of Auth's answer, or name, code and message of supabase-js's error
 */
export const isSessionOver = (refusal: string): boolean => OVER.test(refusal);
