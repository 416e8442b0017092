import { mount, unmount } from 'svelte';
import { createTranslator, loadCatalogue, pickLocale } from '$chat';
import dark from '../../src/lib/styles/dark.css?inline';
import tokens from '../../src/lib/styles/tokens.css?inline';
import type { Panel, PanelContext, RoleContext } from '../panel-context';
import { adoptStyles } from '../styles';
import { loadTokenSource } from '../session/session-source';
import { followCss } from './css';
import { createCustomerChat } from './customer-chat.svelte';
import { followTheme } from './follow-theme';
import panelCss from './panel.css?inline';
import PanelView from './PanelView.svelte';
import { createUnsentMark } from './unsent-mark';

/**
 * Starts the code behind the launcher: for customers the chat, at first only for badge and sound, until `open()` shows it;
 * for agents the link to the dashboard. Rejects when its texts cannot be fetched.
 */
export async function createPanel(context: PanelContext): Promise<Panel> {
	const { root, shadow, options, signal } = context;
	const locale = pickLocale([context.locale, ...navigator.languages]);
	const t = createTranslator(locale, await loadCatalogue(locale));
	const isInline = options.mode === 'inline';
	// For the few pages that use more than a button in the corner.
	const isEmbedded = isInline || options.launcher || options.titleCount !== undefined;
	const embedding = isEmbedded ? await import('./embedding') : null;
	const createTokenSource = await loadTokenSource(options);
	signal.throwIfAborted();

	// In the shadow root the wrapper takes the place of the page's root.
	const darkCss = dark.replace(':root', '.sc:where([data-scheme=dark])');
	adoptStyles(shadow, tokens.replaceAll(':root', '.sc') + darkCss + panelCss);
	followCss((css) => adoptStyles(shadow, css), signal);
	followTheme(context);
	if (isInline) embedding?.placeInline(context);

	let isOpen = false;
	let role = new AbortController();
	let shown: Panel | null = null;
	/** Replaces the view when a user of another role signs in. */
	function change(show: (context: RoleContext) => Panel): void {
		leave();
		role = new AbortController();
		shown = show({
			...context,
			createTokenSource,
			signal: role.signal,
			...(isInline ? { close() {} } : {}),
		});
		if (isOpen) shown.open();
	}
	function leave(): void {
		role.abort();
		shown?.destroy();
	}
	function showChat(own: RoleContext): Panel {
		const marks = embedding?.createPageMarks(own);
		const unsent = createUnsentMark(own, t);
		const chat = createCustomerChat(own, t, {
			onAgent: () => void showAgentPanel().catch(() => null),
			onChange: (isShown, unread) => marks?.show(isShown, unread),
			onUnsent: (count) => unsent.show(count),
		});
		const anchor = root.firstChild ?? undefined;
		const view = mount(PanelView, { target: root, anchor, props: { chat, context: own, t } });
		return {
			open: () => chat.setOpen(true),
			close: () => chat.setOpen(false),
			destroy() {
				chat.destroy();
				marks?.remove();
				unsent.remove();
				void unmount(view);
			},
		};
	}
	async function showAgentPanel(): Promise<void> {
		const { createAgentPanel } = await import('./agent-panel');
		const show = await createAgentPanel(t);
		if (!signal.aborted) change((own) => show(own, () => change(showChat)));
	}

	if (context.isAgent) await showAgentPanel();
	else change(showChat);
	return {
		open() {
			isOpen = true;
			shown?.open();
		},
		close() {
			isOpen = false;
			shown?.close();
		},
		destroy: leave,
	};
}
