import { describe, expect, it } from 'vitest';
import { faviconWith } from './favicon';

describe('the icon of the tab', () => {
	it.each([
		[0, null],
		[-1, null],
		[1, '>1<'],
		[9, '>9<'],
		[10, '>9+<'],
	])('with %s on it', (count, label) => {
		const icon = faviconWith(count);
		if (label === null) expect(icon).toBe('/favicon.svg');
		else {
			expect(icon).toMatch(/^data:image\/svg\+xml,/);
			expect(decodeURIComponent(icon)).toContain(label);
		}
	});
});
