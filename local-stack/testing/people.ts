import { z } from 'zod';

export const DEMO_PASSWORD = 'support-demo';

export interface SignedUpUser {
	id: string;
	email: string;
	accessToken: string;
	refreshToken: string;
}

const session = z.object({
	access_token: z.string(),
	refresh_token: z.string(),
	user: z.object({ id: z.string(), email: z.string() }),
});

/** Signs a new user up, as an app does. Addresses need no confirmation here. Throws with Auth's text. */
export async function signUp(
	apiUrl: string,
	apikey: string,
	email: string,
	password = DEMO_PASSWORD,
): Promise<SignedUpUser> {
	const response = await fetch(`${apiUrl}/auth/v1/signup`, {
		method: 'POST',
		headers: { apikey, 'content-type': 'application/json' },
		body: JSON.stringify({ email, password }),
	});
	if (!response.ok) throw new Error(`${email} could not sign up: ${await response.text()}`);
	const { access_token, refresh_token, user } = session.parse(await response.json());
	return { id: user.id, email: user.email, accessToken: access_token, refreshToken: refresh_token };
}
