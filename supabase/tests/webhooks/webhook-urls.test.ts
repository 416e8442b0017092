import { describe, expect, test } from 'vitest';
import { refusal, rolledBack, sql, type Transaction } from '../helpers/database';
import { createAgent } from '../helpers/people';
import { addWebhook } from '../helpers/webhooks';

const admin = await createAgent('admin');

const GOOD = [
	'https://example.com',
	'https://example.com/',
	'https://hooks.example.com/support?token=a%20b&x=1',
	'HTTPS://Hooks.Example.COM/Path',
	'https://example.com:443/',
	'https://example.com:8443/hook',
	'https://xn--bcher-kva.example/hook',
	'https://8.8.8.8/hook',
	'https://[2606:4700:4700::1111]/hook',
	'https://a.b-c.example/~me/hook;x=1,2/(a)[b]!$*',
];

const BAD: Record<string, string[]> = {
	support_webhook_url_invalid: [
		'',
		' ',
		'example.com/hook',
		'//example.com/hook',
		'ftp://example.com/hook',
		'file:///etc/passwd',
		'gopher://example.com/',
		'javascript:alert(1)',
		'data:text/plain,x',
		'https://',
		'https:///hook',
		'https://exa mple.com/',
		'https://example.com/a b',
		'https://example.com/\n',
		'https://example.com/\t',
		'https://example.com\\.evil.example/',
		'https://example.com/#part',
		'https://exämple.com/',
		'https://127。0。0。1/',
		'https://①②⑦.0.0.1/',
		'https://example.com:0/',
		'https://example.com:65536/',
		'https://example.com:99999999/',
		'https://example.com:port/',
		'https://example.com:/',
		'https://-example.com/',
		'https://example..com/',
		'https://example.com./',
		'https://exa_mple.com/',
		'https://[fe80::1%25eth0]/',
		'https://[::1/',
		'https://[1:2:3]/',
		`https://${'a'.repeat(64)}.example/`,
		`https://example.com/${'x'.repeat(2000)}`,
		// Addresses that libraries read in different ways.
		'https://2130706433/',
		'https://0x7f000001/',
		'https://0x7f.0.0.1/',
		'https://0177.0.0.1/',
		'https://017700000001/',
		'https://127.1/',
		'https://127.0.1/',
		'https://1.2.3.4.5/',
		'https://256.1.1.1/',
		'https://1.2.3.0x4/',
		'https://example.0x/',
		'https://08.8.8.8/',
	],
	support_webhook_url_not_https: [
		'http://example.com/hook',
		'http://127.0.0.1/',
		'HTTP://example.com',
	],
	support_webhook_url_credentials: [
		'https://user@example.com/',
		'https://user:pass@example.com/',
		'https://example.com:x@127.0.0.1/',
		'https://127.0.0.1@example.com/',
		'https://example.com\\@127.0.0.1/',
		'http://a:b@localhost/',
	],
	support_webhook_url_port: [
		'https://example.com:22/',
		'https://example.com:25/',
		'https://example.com:80/',
		'https://example.com:1023/',
	],
	support_webhook_url_private: [
		'https://localhost/',
		'https://LOCALHOST:8443/',
		'https://app.localhost/',
		'https://printer.local/',
		'https://metadata.google.internal/computeMetadata/v1/',
		'https://kong/',
		'https://nas.lan/',
		'https://router.home.arpa/',
		'https://127.0.0.1/',
		'https://127.255.255.254/',
		'https://0.0.0.0/',
		'https://10.0.0.1/',
		'https://172.16.0.1/',
		'https://172.31.255.255/',
		'https://192.168.1.1/',
		'https://100.64.0.1/',
		'https://169.254.169.254/latest/meta-data/',
		'https://192.0.2.1/',
		'https://198.18.0.1/',
		'https://224.0.0.1/',
		'https://255.255.255.255/',
		'https://[::]/',
		'https://[::1]/',
		'https://[0:0:0:0:0:0:0:1]/',
		'https://[fe80::1]/',
		'https://[fc00::1]/',
		'https://[fd00:ec2::254]/',
		'https://[ff02::1]/',
		'https://[::ffff:127.0.0.1]/',
		'https://[::ffff:7f00:1]/',
		'https://[::127.0.0.1]/',
		'https://[64:ff9b::7f00:1]/',
		'https://[2002:7f00:1::]/',
		'https://[2001:db8::1]/',
		'https://[2001::1]/',
	],
};

const allow = (tx: Transaction, ...targets: string[]): Promise<unknown> =>
	tx`update public.support_settings set webhook_private_targets = ${targets}`;

describe('the URL of a webhook', () => {
	test.each(GOOD)('%s is taken', async (url) => {
		await rolledBack((tx) => addWebhook(tx, admin, url));
	});

	test.each(Object.entries(BAD).flatMap(([code, urls]) => urls.map((url) => [url, code])))(
		'%j is refused: %s',
		async (url, code) => {
			const refused = await refusal(rolledBack((tx) => addWebhook(tx, admin, url)));
			expect(refused).toEqual({ code: 'PT400', message: code });
		},
	);

	test('cannot be changed into one that would have been refused', async () => {
		await rolledBack(async (tx) => {
			const { id } = await addWebhook(tx, admin);
			const change = tx.savepoint(
				(inner) =>
					inner`update public.support_webhooks set url = 'https://10.0.0.1/' where id = ${id}`,
			);
			expect((await refusal(change)).message).toBe('support_webhook_url_private');
		});
	});
});

describe('a private target that the operator allows', () => {
	test.each([
		['127.0.0.1:8080', 'http://127.0.0.1:8080/hook'],
		['kong:80', 'http://kong/hook'],
		['kong:443', 'https://KONG/hook'],
		['[::1]:9000', 'http://[::1]:9000/'],
		['crm.internal:22', 'https://crm.internal:22/'],
	])('%s lets %s be added', async (target, url) => {
		await rolledBack(async (tx) => {
			await allow(tx, target);
			await addWebhook(tx, admin, url);
		});
	});

	test.each([
		['127.0.0.1:8080', 'http://127.0.0.1:8081/'],
		['127.0.0.1:8080', 'http://127.0.0.2:8080/'],
		['127.0.0.1:8080', 'http://x@127.0.0.1:8080/'],
		['kong:443', 'http://kong/'],
		['crm.internal:443', 'https://evil.crm.internal/'],
	])('%s does not let %s be added', async (target, url) => {
		const attempt = rolledBack(async (tx) => {
			await allow(tx, target);
			await addWebhook(tx, admin, url);
		});
		expect((await refusal(attempt)).code).toBe('PT400');
	});

	test.each(['kong', 'KONG:80', 'kong:80/x', 'http://kong:80', '', '*:80'])(
		'%j is no target',
		async (target) => {
			expect((await refusal(rolledBack((tx) => allow(tx, target)))).code).toBe('23514');
		},
	);

	test('is written by no role of the API but the secret key', async () => {
		const grants = await sql<{ grantee: string }[]>`
			select r as grantee from unnest(array['anon', 'authenticated', 'service_role']) r
			where has_column_privilege(r, 'public.support_settings', 'webhook_private_targets', 'update')`;
		expect(grants.map(({ grantee }) => grantee)).toEqual(['service_role']);
	});
});
