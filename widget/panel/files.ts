import type { ChatClient, ChatThread, CustomerConversation, Translator } from '$chat';
import { createFileKit, type FileKit } from '$chat/components/files/kit.svelte';
import { reasonToWait } from './notices';

/** Everything about files in the customer's chat. Rejects when its texts cannot be fetched. */
export function loadFiles(
	client: ChatClient,
	thread: ChatThread,
	conversation: CustomerConversation,
	t: Translator,
): Promise<FileKit> {
	return createFileKit({
		...{ client, thread, t },
		limits: () => ({
			types: conversation.status?.upload_types ?? [],
			maxMb: conversation.status?.max_upload_mb ?? 0,
		}),
		reason: () => reasonToWait(thread, conversation, t),
	});
}
