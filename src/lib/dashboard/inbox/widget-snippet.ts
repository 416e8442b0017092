/** The line that puts the widget on a page, with this project's own values. */
export function widgetSnippet(options: {
	origin: string;
	supabaseUrl: string;
	publishableKey: string;
}): string {
	const { origin, supabaseUrl, publishableKey } = options;
	return [
		`<script async src="${attribute(origin)}/widget.js"`,
		`\tdata-supabase-url="${attribute(supabaseUrl)}"`,
		`\tdata-publishable-key="${attribute(publishableKey)}"></` + 'script>',
	].join('\n');
}

const attribute = (value: string): string => value.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
