import {
	ChatThread,
	createChatClient,
	type ChatClient,
	type SupportMessage,
} from '../../src/lib/chat';
import type { Tone } from '../../src/lib/chat/components/tone';
import { createTokenSource } from '../session/session-source';
import type { PanelContext } from '../panel-context';
import { MutedSetting } from './muted-setting.svelte';
import { markButtons, markTitle } from './page-marks';

/** The customer's chat as the panel shows it: the thread, whether it is open, and its sound. */
export interface CustomerChat {
	readonly thread: ChatThread;
	readonly clock: ChatClient['clock'];
	readonly muted: MutedSetting;
	readonly isOpen: boolean;
	/** The first answer that was new when the panel was opened. */
	readonly newFromId: string | null;
	setOpen(open: boolean): void;
	destroy(): void;
}

export function createCustomerChat(context: PanelContext): CustomerChat {
	const { options, emit, setUnread } = context;
	const muted = new MutedSetting();
	let tone: Tone | null = null;
	/** Its code comes with the first answer that is to be heard. */
	const ring = async () => {
		const { createTone } = await import('../../src/lib/chat/components/tone');
		return (tone ??= createTone()).play();
	};
	const client = createChatClient({
		url: options.supabaseUrl,
		publishableKey: options.publishableKey,
		accessToken: createTokenSource(context, () => thread.sessionChanged()),
	});
	let isOpen = $state(false);
	let newFromId: string | null = $state(null);

	const thread = new ChatThread(client, {
		role: 'user',
		onNewMessages(messages) {
			for (const message of messages) emit('message', messageDetail(message));
			const answers = messages.some((message) => message.sender_type === 'admin');
			return !answers || muted.current || !isWanted(options.sound ?? true) || ring();
		},
	});
	const stopEffects = $effect.root(() => {
		$effect(() => {
			const unread = thread.signedOut ? 0 : thread.unread;
			setUnread(unread);
			if (isWanted(options.titleCount)) markTitle(isOpen ? 0 : unread);
		});
		$effect(() => markButtons(options.launcher, isOpen));
		$effect(() => {
			// Looked up once, when the messages are there: reading them takes the mark of being new away.
			if (!isOpen || !thread.loaded || newFromId !== null) return;
			newFromId = firstUnread(thread) ?? '';
		});
		$effect(() => {
			if (thread.loadError) {
				const { code, detail } = thread.loadError;
				emit('error', { code, message: detail });
			}
		});
	});
	thread.start();

	return {
		thread,
		clock: client.clock,
		muted,
		get isOpen() {
			return isOpen;
		},
		get newFromId() {
			return newFromId;
		},
		setOpen(open) {
			if (open === isOpen) return;
			newFromId = open && thread.loaded ? (firstUnread(thread) ?? '') : null;
			isOpen = open;
			thread.setOpen(open);
		},
		destroy() {
			stopEffects();
			markButtons(options.launcher, null);
			if (isWanted(options.titleCount)) markTitle(0);
			thread.stop();
			client.close();
			tone?.close();
		},
	};
}

/** A switch, also as an attribute has it. */
const isWanted = (option: boolean | string | undefined): boolean =>
	option !== undefined && option !== false && option !== 'false';

const firstUnread = (thread: ChatThread): string | undefined =>
	thread.messages.find(
		({ own, sender_type, read_at }) => !own && sender_type === 'admin' && read_at === null,
	)?.id;

const messageDetail = ({ id, sender_type, content, created_at }: SupportMessage) => ({
	id,
	sender: sender_type,
	content,
	createdAt: created_at,
});
