import type { InboxView, SupportChatListItem } from '../types';

/** Whether a view of the inbox has this row, by the database's rules, for the agent `userId`. */
export function belongsTo(view: InboxView, row: SupportChatListItem, userId: string): boolean {
	const status = row.conversation_status;
	switch (view) {
		case 'active':
			return !row.archived;
		case 'archived':
			return row.archived;
		case 'mine':
			return status === 'active' && row.agent_id === userId;
		case 'open':
			return status === 'waiting' || status === 'active';
		default:
			return status === view;
	}
}
