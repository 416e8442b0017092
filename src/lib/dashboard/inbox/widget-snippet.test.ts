import { expect, it } from 'vitest';
import { widgetSnippet } from './widget-snippet';

it('the script to copy holds the project’s own values, safe inside attributes', () => {
	const snippet = widgetSnippet({
		origin: 'https://desk.example',
		supabaseUrl: 'https://x.supabase.co/"><b>',
		publishableKey: 'sb_publishable_1&2',
	});
	expect(snippet).toContain('src="https://desk.example/widget.js"');
	expect(snippet).toContain('data-supabase-url="https://x.supabase.co/&quot;><b>"');
	expect(snippet).toContain('data-publishable-key="sb_publishable_1&amp;2"></script>');
});
