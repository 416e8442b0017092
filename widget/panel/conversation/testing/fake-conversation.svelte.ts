import type { CustomerConversation, SupportConversation, SupportStatus } from '$chat';
import { createTranslator } from '$chat';
import { en } from '$chat/i18n/en';
import { en as conversationEn } from '$chat/i18n/conversation/en';
import { conversationWords } from '$chat/i18n/conversation/words';
import type { CustomerChat, PanelOverlay } from '../../customer-chat.svelte';

export const words = conversationWords(createTranslator('en', en), conversationEn);

export const ended = (changes: Partial<SupportConversation> = {}): SupportConversation => ({
	...{ id: 'c1', status: 'ended', agent_name: 'Mika', started_at: '2026-11-20T09:00:00Z' },
	...{ ended_at: '2026-11-20T10:00:00Z', ended_by: 'user', rating: null, ...changes },
});

/** A customer's conversation as far as these parts see it; what they call is noted. */
export class FakeConversation {
	status: SupportStatus | null = $state.raw({
		...{ agents_online: true, open: true, opens_at: null, expected_reply_minutes: null },
		...{ emails_answers: true, conversation: ended(), queue_position: null, is_staff: false },
		...{ message_before_accept: true, allow_view_history: true, delete_history: 'hide' },
	});
	earlier: SupportConversation[] = [];
	calls: [name: string, args: object][] = [];
	/** The error of the next call. */
	refusal: 'support_already_rated' | 'network' | null = null;

	get current(): SupportConversation | null {
		return this.status?.conversation ?? null;
	}
	get isOpen(): boolean {
		return this.current !== null && this.current.status !== 'ended';
	}
	get asksRating(): boolean {
		return this.current?.status === 'ended' && this.current.rating === null;
	}
	get mustStart(): boolean {
		return false;
	}
	act(name: string, args: object) {
		this.calls.push([name, args]);
		const code = this.refusal;
		this.refusal = null;
		return Promise.resolve(
			code
				? { data: null, error: { code, kind: 'refused' as const, status: 409, detail: '' } }
				: { data: {}, error: null },
		);
	}
	list() {
		return Promise.resolve({ data: this.earlier, error: null });
	}
	start() {
		return this.act('start_support_conversation', {});
	}
}

/** The state and actions that the components under test use. */
export function fakeChat(conversation: FakeConversation) {
	let view: PanelOverlay = $state('');
	const chat = {
		conversation,
		reconciled: 0,
		store: { reconcile: () => void chat.reconciled++ },
		get view() {
			return view;
		},
		show(next: PanelOverlay) {
			view = next;
		},
	};
	return { chat, asChat: chat as unknown as CustomerChat };
}

export const asConversation = (fake: FakeConversation): CustomerConversation =>
	fake as unknown as CustomerConversation;
