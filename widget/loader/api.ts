import type { PanelModule, SupportChatApi, SupportChatOptions } from '../types';
import { createEmitter } from './events';
import { optionsProblem } from './options';
import { createWidget, type Widget } from './widget';

/** The one object a page talks to. Nothing in it throws. */
export function createSupportChatApi(loadPanel: () => Promise<PanelModule>): SupportChatApi {
	const emitter = createEmitter();
	let widget: Widget | null = null;
	let wanted: SupportChatOptions | null = null;
	let openWhenReady = false;

	const start = () => {
		document.removeEventListener('DOMContentLoaded', start);
		if (!wanted || widget) return;
		widget = createWidget(wanted, loadPanel, emitter);
		if (openWhenReady) widget.open();
	};

	return {
		init(options) {
			if (wanted) return;
			const problem = optionsProblem(options);
			if (problem) {
				// eslint-disable-next-line no-console -- the page's developer has no other place to learn it
				console.error(`Support chat: ${problem}.`);
				emitter.emit('error', { code: 'bad_options', message: problem });
				return;
			}
			wanted = { ...options, supabaseUrl: options.supabaseUrl.replace(/\/+$/, '') };
			if (document.body) start();
			else document.addEventListener('DOMContentLoaded', start);
		},
		open() {
			openWhenReady = true;
			widget?.open();
		},
		close() {
			openWhenReady = false;
			widget?.close();
		},
		toggle: () => widget?.toggle(),
		destroy() {
			document.removeEventListener('DOMContentLoaded', start);
			widget?.destroy();
			widget = wanted = null;
			openWhenReady = false;
			emitter.clear();
		},
		on: emitter.on,
		off: emitter.off,
	};
}
