import type { ChatClient } from '$chat';
import * as TIMING from '$chat/realtime/timing';
import type { PanelContext } from '../panel-context';

/** Signed out for this long: not just a session being renewed, milliseconds. */
const SIGNED_OUT_SURELY = 2_000;
/** The same on a page whose own code has yet to report who is signed in, milliseconds. */
const SIGNED_OUT_AT_LOAD = 30_000;

/**
 * Removes text that a user wrote here once this user has signed out of the page, so that the next person does not find it. A
 * session that is stored but does not work does not count as signed out. Ends with the returned function.
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
	// A page with a callback may not know yet who is signed in.
	const isKnown = wasSignedIn || !options.accessToken;
	lookAfter(isKnown ? SIGNED_OUT_SURELY : SIGNED_OUT_AT_LOAD);
	return () => cancel();
}
