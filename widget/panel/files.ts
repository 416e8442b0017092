import type { ChatClient, ChatStore, CustomerConversation, Translator } from '$chat';
import { createFileKit, type FileKit } from '$chat/components/files/kit.svelte';
import { reasonToWait } from './notices';

/** Everything about files in the customer's chat. Rejects when its texts cannot be fetched. */
export function loadFiles(
	client: ChatClient,
	store: ChatStore,
	conversation: CustomerConversation,
	t: Translator,
): Promise<FileKit> {
	return createFileKit({
		...{ client, store, t },
		limits: () => ({
			types: conversation.status?.upload_types ?? [],
			maxMb: conversation.status?.max_upload_mb ?? 0,
		}),
		reason: () => reasonToWait(store, conversation, t),
	});
}
