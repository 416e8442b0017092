import { describe, expect, it } from 'vitest';
import { connectSources, imageSources, setSecurityHeaders } from './security-headers';

describe('security headers', () => {
	it('allow the browser to reach the configured project over http and ws, and nothing else', () => {
		expect(connectSources('http://127.0.0.1:54321')).toBe(
			"'self' http://127.0.0.1:54321 ws://127.0.0.1:54321",
		);
		expect(connectSources('https://x.supabase.co')).toBe(
			"'self' https://x.supabase.co wss://x.supabase.co",
		);
		expect(connectSources(undefined)).toBe("'self'");
	});

	it('allow images from the project, too', () => {
		expect(imageSources('https://x.supabase.co/')).toBe("'self' data: https://x.supabase.co");
		expect(imageSources(undefined)).toBe("'self' data:");
	});

	it('extend the policy of the page', () => {
		const headers = new Headers({ 'content-security-policy': "default-src 'self'" });
		setSecurityHeaders(headers, {
			supabaseUrl: 'https://x.supabase.co',
			isHttps: true,
		});
		expect(headers.get('content-security-policy')).toBe(
			"default-src 'self'; connect-src 'self' https://x.supabase.co wss://x.supabase.co; " +
				"img-src 'self' data: https://x.supabase.co",
		);
		expect(headers.get('cache-control')).toBe('private, no-store');
		expect(headers.get('strict-transport-security')).toContain('max-age');
	});
});
