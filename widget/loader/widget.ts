import { peekToken, watchSession } from '../session/peek';
import { findSessions } from '$chat/session/find-sessions';
import { adoptStyles } from '../styles';
import type { Panel, PanelModule } from '../panel-context';
import type { SupportChatOptions } from '../types';
import { keepAttached } from './attach';
import type { Emitter } from './events';
import { OPEN_LABEL, OPEN_LABELS } from './labels';
import { createLauncher } from './launcher';
import css from './launcher.css?inline';
import { applyTheme } from './theme';
import { watchUnread } from './unread';

export interface Widget {
	open(): unknown;
	close(): void;
	toggle(): void;
	destroy(): void;
}

/** Puts the launcher on the page and loads the panel when it is needed. `document.body` must exist. */
export function createWidget(
	options: SupportChatOptions,
	loadPanel: () => Promise<PanelModule>,
	{ host, emit }: Emitter,
): Widget {
	const stop = new AbortController();
	const { signal } = stop;
	const page = document.documentElement;
	const locale = options.locale || page.lang || navigator.language;
	const position = options.position ?? (page.dir === 'rtl' ? 'left' : '');
	const root = document.createElement('div');
	root.className = `sc ${position} ${options.launcher || options.mode ? 'own' : ''}`;
	root.lang = locale;
	root.dir = page.dir;
	const shadow = host.attachShadow({ mode: 'open' });
	adoptStyles(shadow, css);
	shadow.append(root);

	const launcher = createLauncher(root);
	let openName = OPEN_LABELS[locale.slice(0, 2)] ?? OPEN_LABEL;
	let closeName = openName;
	let panel: Panel | null = null;
	let starting: Promise<Panel> | null = null;
	let isOpen = false;
	let unread = 0;
	let opener: Element | null = null;

	const show = () => launcher.show(isOpen ? closeName : openName, isOpen, unread);
	const setUnread = (count: number) => {
		if (count === unread) return;
		unread = count;
		show();
		emit('unread', { count });
	};
	const setNames = (closed: string, open: string) => {
		openName = closed;
		closeName = open;
		show();
	};

	async function start(isAgent: unknown): Promise<Panel> {
		const { createPanel } = await loadPanel();
		panel = await createPanel({
			root,
			shadow,
			options,
			locale,
			isAgent,
			signal,
			emit,
			setNames,
			setUnread,
			close,
			applyTheme,
			watchSession,
			findSessions,
			peekToken,
		});
		return panel;
	}
	const startOnce = (isAgent?: unknown) =>
		(starting ??= start(isAgent).catch((error: unknown) => {
			starting = null;
			throw error;
		}));

	async function open(): Promise<void> {
		if (isOpen) return;
		isOpen = true;
		const focused = shadow.activeElement ?? document.activeElement;
		opener = focused === document.body ? null : focused;
		launcher.notify('');
		show();
		emit('open', undefined);
		try {
			const started = await startOnce();
			// eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- closed again meanwhile
			if (isOpen) started.open();
		} catch (error) {
			isOpen = false;
			launcher.notify('Chat could not be loaded');
			show();
			emit('error', { code: 'panel_unavailable', message: String(error) });
		}
	}

	function close(): void {
		if (!isOpen) return;
		isOpen = false;
		const hadFocus = shadow.activeElement;
		panel?.close();
		show();
		// Focus goes back to where it came from, unless the reader has moved on to the page.
		if (hadFocus) (opener instanceof HTMLElement ? opener : launcher.button).focus();
		emit('close', undefined);
	}

	const toggle = () => void (isOpen ? close() : open());
	const preload = () => void loadPanel().catch(() => null);

	show();
	applyTheme(root, options);
	keepAttached(host, signal);
	launcher.button.onclick = toggle;
	// Loads the panel's code before the click; a failure shows when the panel is opened.
	launcher.button.onpointerenter = launcher.button.onfocus = preload;
	const { launcher: selector } = options;
	if (selector) {
		// The page's own buttons are found at each click, because the page may create them late or again.
		const onClick = ({ target }: Event) => {
			if (target instanceof Element && target.closest(selector)) toggle();
		};
		document.addEventListener('click', onClick, { signal });
	}
	const isDone = () => panel || signal.aborted;
	watchUnread(options, signal, isDone, setUnread, (isAgent) =>
		startOnce(isAgent).catch(() => null),
	);
	// The link in emails.
	if (options.mode || /[?&#]support-chat=open\b/.test(location.href)) void open();

	return {
		open,
		close,
		toggle,
		destroy() {
			panel?.destroy();
			stop.abort();
		},
	};
}
