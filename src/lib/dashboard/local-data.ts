/** Begins every key that the chat core keeps in the browser's storage: drafts, unsent messages. */
const CHAT_PREFIX = 'support-chat:';

/**
 * Removes what a person's chats left in this browser: drafts and unsent messages. For signing out on purpose
 * only: a session that ended by itself comes back, and finds what was typed.
 */
export function forgetPerson(userId: string): void {
	try {
		for (const key of Object.keys(localStorage))
			if (key.startsWith(CHAT_PREFIX) && key.includes(userId)) localStorage.removeItem(key);
	} catch {
		// Storage is blocked, so nothing was kept there either.
	}
}
