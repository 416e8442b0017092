import {
	AttachmentInput,
	ChatStore,
	conversationContext,
	createChatClient,
	CustomerConversation,
	messageText,
	type ChatClient,
	type SupportMessage,
	type Translator,
	UnsentMessages,
} from '$chat';
import type { Tone } from '$chat/components/tone';
import { watchSignOut } from '../session/sign-out';
import type { RoleContext } from '../panel-context';
import { MutedSetting } from './muted-setting.svelte';
import { isWanted } from './is-wanted';

export type PanelOverlay = '' | 'menu' | 'history';

/** The customer's chat as the panel shows it: its store, whether it is open, and its sound. */
export interface CustomerChat {
	readonly store: ChatStore;
	readonly conversation: CustomerConversation;
	readonly client: ChatClient;
	readonly attachmentInput: AttachmentInput;
	readonly muted: MutedSetting;
	readonly isOpen: boolean;
	/** The first answer that was new when the panel was opened. */
	readonly newFromId: string | null;
	/** The overlay above the messages: none, the conversation's menu, or the earlier conversations. */
	readonly view: PanelOverlay;
	show(view: PanelOverlay): void;
	setOpen(open: boolean): void;
	destroy(): void;
}

export interface CustomerChatListener {
	/** The signed-in user is an agent, not a customer. */
	onAgent(): void;
	/** It was opened or closed, or replies arrived or were read. */
	onChange(isOpen: boolean, unread: number): void;
	/** The number of unsent messages changed. */
	onUnsent(count: number): void;
}

export function createCustomerChat(
	context: RoleContext,
	t: Translator,
	{ onAgent, onChange, onUnsent }: CustomerChatListener,
): CustomerChat {
	const { options, emit, setUnread } = context;
	const muted = new MutedSetting();
	let tone: Tone | null = null;
	/** Its code loads with the first reply that makes a sound. */
	const ring = async () => {
		const { createTone } = await import('$chat/components/tone');
		return (tone ??= createTone()).play();
	};
	const client = createChatClient({
		url: options.supabaseUrl,
		publishableKey: options.publishableKey,
		accessToken: context.createTokenSource(context, () => store.sessionChanged()),
	});
	let isOpen = $state(false);
	let newFromId: string | null = $state(null);
	let view: PanelOverlay = $state('');
	let unsent: UnsentMessages | null = $state.raw(null);
	let wasSignedIn = false;

	const conversation = new CustomerConversation(client, {
		context: () => {
			const { title } = document;
			return conversationContext(
				{ url: location.href, title, locale: context.locale },
				options.context,
			);
		},
		onHistoryChanged: () => store.reconcile(),
		onMoved({ id, status, rating, ended_by }) {
			const hasEnded = status === 'ended' ? 'ended' : 'started';
			emit(`conversation-${rating ? 'rated' : hasEnded}`, { id, rating, endedBy: ended_by });
		},
	});

	const store = new ChatStore(client, {
		role: 'user',
		onEvent: (event) => conversation.handleEvent(event),
		onSignedIn(userId) {
			wasSignedIn = true;
			unsent?.stop();
			unsent = new UnsentMessages(client, userId);
			unsent.start();
		},
		onCaughtUp: () => conversation.refresh(),
		onWritten: () => conversation.written(),
		onSent: (message) => emit('sent', messageDetail(message)),
		onNewMessages(messages) {
			for (const message of messages) emit('message', messageDetail(message));
			const answers = messages.some((message) => message.sender_type === 'admin');
			return !answers || muted.current || !isWanted(options.sound ?? true) || ring();
		},
	});
	const attachmentInput = new AttachmentInput(
		() => import('./files').then(({ loadFiles }) => loadFiles(client, store, conversation, t)),
		() => (store.state.signedOut ? [] : (conversation.status?.upload_types ?? [])),
	);
	const listener = $derived(
		store.state.signedOut || store.state.connection === 'idle'
			? null
			: (store.state.chat?.user_id ?? null),
	);
	const stopEffects = $effect.root(() => {
		$effect(() => conversation.listen(listener));
		$effect(() => {
			const unread = store.state.signedOut ? 0 : store.state.unread;
			setUnread(unread);
			onChange(isOpen, unread);
		});
		$effect(() => onUnsent(store.state.signedOut ? 0 : (unsent?.items.length ?? 0)));
		$effect(() => {
			if (store.state.signedOut) return watchSignOut(context, client, wasSignedIn);
		});
		$effect(() => {
			if (conversation.status?.is_staff) onAgent();
		});
		$effect(() => {
			// Determined once, when the messages are loaded: marking them as read makes them old.
			if (!isOpen || !store.state.loaded || newFromId !== null) return;
			newFromId = firstUnread(store) ?? '';
		});
		$effect(() => {
			if (store.state.loadError) {
				const { code, detail } = store.state.loadError;
				emit('error', { code, message: detail });
			}
		});
	});
	store.start();

	return {
		store,
		conversation,
		client,
		attachmentInput,
		muted,
		get isOpen() {
			return isOpen;
		},
		get newFromId() {
			return newFromId;
		},
		get view() {
			return view;
		},
		show(next) {
			view = next;
		},
		setOpen(open) {
			if (open === isOpen) return;
			newFromId = open && store.state.loaded ? (firstUnread(store) ?? '') : null;
			isOpen = open;
			store.setOpen(open);
		},
		destroy() {
			stopEffects();
			conversation.listen(null);
			unsent?.stop();
			store.stop();
			attachmentInput.kit?.tray.stop();
			client.close();
			tone?.close();
		},
	};
}

const firstUnread = (store: ChatStore): string | undefined =>
	store.state.messages.find(
		({ own, sender_type, read_at }) => !own && sender_type === 'admin' && read_at === null,
	)?.id;

const messageDetail = (message: SupportMessage) => ({
	id: message.id,
	sender: message.sender_type,
	content: messageText(message),
	createdAt: message.created_at,
});
