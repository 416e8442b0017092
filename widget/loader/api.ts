import type { PanelModule } from '../panel-context';
import type { SupportChatApi, SupportChatOptions } from '../types';
import { Emitter } from './events';
import { optionsProblem } from './options';
import { createWidget, type Widget } from './widget';

/** The object that a page uses. None of its methods throws. */
export function createSupportChatApi(loadPanel: () => Promise<PanelModule>): SupportChatApi {
	let events = new Emitter();
	let widget: Widget | null = null;
	let wanted: SupportChatOptions | null = null;
	let openWhenReady = false;

	const start = () => {
		if (!wanted || widget) return;
		widget = createWidget(wanted, loadPanel, events);
		if (openWhenReady) widget.open();
	};

	return {
		on: (event, listener) => events.on(event, listener),
		off: (event, listener) => events.off(event, listener),
		init(options) {
			if (wanted) return;
			const message = optionsProblem(options);
			if (message) {
				// eslint-disable-next-line no-console -- the page's developer has no other way to see it
				console.error(`Support chat: ${message}`);
				events.emit('error', { code: 'bad_options', message });
				return;
			}
			wanted = { ...options, supabaseUrl: options.supabaseUrl.replace(/\/+$/, '') };
			// eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a script in the head comes before it
			if (document.body) start();
			else addEventListener('DOMContentLoaded', start);
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
			widget?.destroy();
			widget = wanted = null;
			openWhenReady = false;
			events = new Emitter();
		},
	};
}
