/** Addresses and options that a host page needs. */
export interface HostPageOptions {
	dashboardUrl: string;
	apiUrl: string;
	publishableKey: string;
	/** A nonce for the page's own script and style, if the page has a strict policy. */
	nonce?: string;
	/**
	 * How the widget gets on the page: by script attributes, twice, by `SupportChat.init` with an `accessToken`
	 * function, or with the `options` in the page's address (JSON).
	 */
	embed: 'attributes' | 'twice' | 'accessToken' | 'options';
}

/** Styles of real host pages: resets, bare element selectors, `!important`, huge z-indexes. */
const HOSTILE_CSS = `
	* { box-sizing: content-box !important; letter-spacing: 3px; text-transform: uppercase !important; }
	html { font-size: 7px; } body { line-height: 3; color: red; direction: ltr; }
	div, section, header, footer, ol, ul, li, p, h1, h2, span { all: revert; color: lime !important; margin: 13px !important; }
	button { display: none !important; background: hotpink !important; transform: rotate(7deg); }
	textarea, input { width: 11px !important; font-size: 5px !important; pointer-events: none !important; }
	svg { fill: red !important; width: 100% !important; } time { visibility: hidden; }
	.banner { position: fixed; inset-block-end: 0; inline-size: 100%; z-index: 999999; pointer-events: none; }
`;

/** A shop's page that knows only the dashboard's address. */
export function hostPage(options: HostPageOptions): string {
	const nonce = options.nonce ? ` nonce="${options.nonce}"` : '';
	const attributes = `data-supabase-url="${options.apiUrl}" data-publishable-key="${options.publishableKey}"`;
	const script = `<script async src="${options.dashboardUrl}/widget.js"`;
	const embeds = {
		attributes: `${script} ${attributes}></script>`,
		twice: `${script} ${attributes}></script>${script} ${attributes}></script>`,
		accessToken: `${script} id="widget"></script>`,
		options: `<div id="place" style="width: 420px; height: 520px"></div>
			<div id="help" role="button" tabindex="0">Help <b id="count" data-support-chat-unread></b></div>
			${script} id="widget"></script>`,
	};
	return `<!doctype html>
<html lang="en">
<head>
	<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
	<title>A shop</title><link rel="icon" href="data:,">
	<style${nonce}>${HOSTILE_CSS}</style>
	<script${nonce}>${hostScript(options)}</script>
</head>
<body>
	<main><h1>A shop</h1><p>Things to buy.</p><a href="#more">More</a></main>
	<div class="banner">Cookies!</div>
	${embeds[options.embed]}
</body>
</html>`;
}

/** The page's own script: it records errors, and changes globals and prototypes as real pages do. */
function hostScript({ embed, apiUrl, publishableKey }: HostPageOptions): string {
	const own = {
		attributes: '',
		twice: '',
		accessToken: "accessToken: async () => (await fetch('/token' + location.search)).text()",
		options: "...JSON.parse(new URLSearchParams(location.search).get('options'))",
	};
	const init = `
		document.addEventListener('DOMContentLoaded', () => {
			document.getElementById('widget').addEventListener('load', () => {
				SupportChat.init({
					supabaseUrl: '${apiUrl}', publishableKey: '${publishableKey}',
					${own[embed]},
				});
			});
		});`;
	return `
		window.hostErrors = [];
		window.violations = [];
		addEventListener('error', (event) => hostErrors.push(String(event.message)));
		addEventListener('unhandledrejection', (event) => hostErrors.push(String(event.reason)));
		addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI));
		window.$ = () => 'jQuery of another age'; window.React = { version: '0.13' }; window.svelte = 'mine'; window.module = {};
		Array.prototype.last = function () { return this[this.length - 1]; };
		${own[embed] ? init : ''}`;
}
