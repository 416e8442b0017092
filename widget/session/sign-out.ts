import type { ChatClient } from '$chat';
import * as TIMING from '$chat/realtime/timing';
import type { PanelContext } from '../panel-context';

/**
 * Removes what was written here once its writer has signed out on the page: nothing can be asked then, and the next person
 * must not find it. A session that is there but dead is kept waiting for. Ends with the returned function.
 *
 * @param wasSignedIn a user was signed in on this very page
 */
export function watchSignOut(
	{ options, peekToken }: PanelContext,
	client: ChatClient,
	wasSignedIn: boolean,
): () => void {
	const { environment } = client;
	let cancel = (): void => {};
	const lookAfter = (ms: number): void => {
		cancel = environment.after(ms, () => {
			void peekToken(options).then(
				(token) => (token === null ? client.forget() : lookAfter(TIMING.signInLook)),
				() => lookAfter(TIMING.signInLook),
			);
		});
	};
	// A page with a callback may still be finding out who is signed in.
	const isKnown = wasSignedIn || !options.accessToken;
	lookAfter(isKnown ? TIMING.signedOutSurely : TIMING.signedOutAtLoad);
	return () => cancel();
}
