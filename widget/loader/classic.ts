import { createSupportChatApi } from './api';
import { optionsOf } from './options';

/** The panel's file beside this script, with the hash of its content; set by the build. */
declare const PANEL_FILE: string;

const script = document.currentScript;
const base = script instanceof HTMLScriptElement ? script.src : location.href;
let retry = '';

/** A browser may remember that a module could not be fetched: another try needs another address. */
const loadPanel = () =>
	import(/* @vite-ignore */ new URL(`widget/${PANEL_FILE}${retry}`, base).href).catch(
		(error: unknown) => {
			retry += '?';
			throw error;
		},
	);

// The page may load the script twice: the first one stays.
const api = (window.SupportChat ??= createSupportChatApi(loadPanel));
const options = optionsOf(script);
if (options) api.init(options);
