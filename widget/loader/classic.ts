import { createSupportChatApi } from './api';
import { optionsOf } from './options';

/** The panel's file beside this script, with the hash of its content; set by the build. */
declare const PANEL_FILE: string;

const script = document.currentScript;
const source = script instanceof HTMLScriptElement ? script.src : '';
let attempts = 0;

/** A browser may remember that a module could not be fetched: another try needs another address. */
function loadPanel() {
	const url = new URL(`widget/${PANEL_FILE}${attempts ? `?${attempts}` : ''}`, source || location.href);
	return import(/* @vite-ignore */ url.href).catch((error: unknown) => {
		attempts++;
		throw error;
	});
}

// The page may load the script twice: the first one stays.
const api = (window.SupportChat ??= createSupportChatApi(loadPanel));
const options = optionsOf(script);
if (options) api.init(options);
