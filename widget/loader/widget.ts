import { createSessionSource } from '../session/session-source';
import { adoptStyles } from '../styles';
import type { Panel, PanelModule, SupportChatOptions } from '../types';
import { keepAttached } from './attach';
import { element } from './dom';
import type { Emitter } from './events';
import css from './launcher.css?inline';
import { createLauncher } from './launcher';
import { applyLook } from './look';
import { ownButtons } from './own-buttons';
import { showInTitle } from './title';
import { watchUnread } from './unread';

export interface Widget {
	open(): void;
	close(): void;
	toggle(): void;
	destroy(): void;
}

/** A link with `?support-chat=open` (or `#support-chat=open`) opens the chat: that is what e-mails point to. */
const isAskedToOpen = (): boolean =>
	/[?&#]support-chat=open\b/.test(location.search + location.hash);

/** Puts the launcher on the page and brings the panel when it is wanted. `document.body` must be there. */
export function createWidget(
	options: SupportChatOptions,
	loadPanel: () => Promise<PanelModule>,
	{ emit }: Emitter,
): Widget {
	const stop = new AbortController();
	const { signal } = stop;
	const locale = options.locale || document.documentElement.lang || navigator.language;
	const rtl = document.documentElement.dir === 'rtl';
	const left = (options.position ?? (rtl ? 'left' : 'right')) === 'left';
	const root = element('div', {
		class: `sc${left ? ' left' : ''}${options.launcher ? ' own' : ''}`,
		lang: locale,
		dir: rtl ? 'rtl' : 'ltr',
	});
	const host = document.createElement('support-chat');
	const shadow = host.attachShadow({ mode: 'open' });
	adoptStyles(shadow, css);
	shadow.append(root);

	const session = createSessionSource(options, signal);
	const launcher = createLauncher(root, locale);
	const own = ownButtons(options.launcher, toggle, signal);
	let panel: Panel | null = null;
	let starting: Promise<Panel> | null = null;
	let isOpen = false;
	let isBusy = false;
	let unread = 0;
	let opener: Element | null = null;

	const show = () => {
		launcher.show({ open: isOpen, unread, busy: isBusy });
		own.show(isOpen);
		if (options.titleCount) showInTitle(isOpen ? 0 : unread);
	};
	const setUnread = (count: number) => {
		if (count === unread) return;
		unread = count;
		show();
		emit('unread', { count });
	};
	const start = () =>
		(starting ??= loadPanel().then(
			({ createPanel }) => {
				signal.throwIfAborted();
				const context = { root, shadow, options, locale, session, setUnread, emit, close };
				return (panel = createPanel(context));
			},
			(error: unknown) => {
				starting = null;
				throw error;
			},
		));

	async function open(): Promise<void> {
		if (isOpen || signal.aborted) return;
		isOpen = isBusy = true;
		opener = shadow.activeElement ?? document.activeElement;
		launcher.fail(false);
		show();
		emit('open', undefined);
		try {
			const started = await start();
			if (isOpen) started.open();
		} catch (error) {
			if (signal.aborted) return;
			isOpen = false;
			launcher.fail(true);
			emit('error', { code: 'panel_unavailable', message: String(error) });
		}
		isBusy = false;
		show();
	}

	function close(): void {
		if (!isOpen) return;
		isOpen = false;
		const focused = shadow.activeElement;
		panel?.close();
		show();
		// Focus goes back to where it came from, unless the reader has moved on to the page.
		const back = opener instanceof HTMLElement && opener !== document.body ? opener : launcher.button;
		if (focused) back.focus();
		emit('close', undefined);
	}

	function toggle(): void {
		if (isOpen) close();
		else void open();
	}

	show();
	applyLook(root, options, signal);
	keepAttached(host, signal);
	launcher.button.addEventListener('click', toggle);
	for (const sign of ['pointerenter', 'focus', 'touchstart']) {
		// Its code comes while the finger is still on its way; a failure shows when it is really wanted.
		launcher.button.addEventListener(sign, () => loadPanel().catch(() => null), {
			once: true,
			passive: true,
		});
	}
	watchUnread(options, session, signal, () => !panel, ({ count, awaitingAnswer }) => {
		setUnread(count);
		if (awaitingAnswer) void start().catch(() => null);
	});
	if (isAskedToOpen()) void open();

	return {
		open: () => void open(),
		close,
		toggle,
		destroy() {
			panel?.destroy();
			stop.abort();
			if (options.titleCount) showInTitle(0);
		},
	};
}
