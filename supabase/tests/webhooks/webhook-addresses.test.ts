import { describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../functions/deliver-support-webhooks/public-address.ts';
import { sql } from '../helpers/database';

/** The edges of every network that is not public, and others beside them. */
const ADDRESSES: [string, boolean][] = [
	...[
		...[
			'8.8.8.8',
			'1.0.0.1',
			'9.255.255.255',
			'11.0.0.0',
			'100.63.255.255',
			'100.128.0.0',
			'126.255.255.255',
		],
		...[
			'128.0.0.0',
			'169.253.255.255',
			'169.255.0.0',
			'172.15.255.255',
			'172.32.0.0',
			'191.255.255.255',
		],
		...[
			'192.0.1.0',
			'192.167.255.255',
			'192.169.0.0',
			'198.17.255.255',
			'198.20.0.0',
			'223.255.255.255',
		],
		...[
			'2606:4700:4700::1111',
			'2a00:1450:4001:830::200e',
			'2001:200::',
			'2001:4860:4860::8888',
			'3ffe::1',
		],
	].map((address): [string, boolean] => [address, true]),
	...[
		...[
			'0.0.0.0',
			'0.255.255.255',
			'10.0.0.0',
			'10.255.255.255',
			'100.64.0.0',
			'100.127.255.255',
			'127.0.0.1',
		],
		...[
			'127.255.255.255',
			'169.254.169.254',
			'172.16.0.0',
			'172.31.255.255',
			'192.0.0.8',
			'192.0.2.255',
		],
		...[
			'192.88.99.1',
			'192.168.0.0',
			'192.168.255.255',
			'198.18.0.0',
			'198.19.255.255',
			'198.51.100.7',
		],
		...['203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.0', '255.255.255.255'],
		...[
			'::',
			'::1',
			'::127.0.0.1',
			'::ffff:127.0.0.1',
			'::ffff:8.8.8.8',
			'::ffff:808:808',
			'64:ff9b::808:808',
		],
		...[
			'64:ff9b:1::1',
			'100::1',
			'2001::1',
			'2001:1ff:ffff::',
			'2001:db8::1',
			'2002:808:808::1',
			'3fff::1',
		],
		...[
			'3fff:fff::1',
			'4000::1',
			'5f00::1',
			'fc00::1',
			'fd00:ec2::254',
			'fe80::1',
			'fec0::1',
			'ff02::1',
		],
	].map((address): [string, boolean] => [address, false]),
];

describe('an address', () => {
	test.each(ADDRESSES)(
		'%s: public is %s, for the database and for the worker',
		async (address, expected) => {
			const [row] = await sql<{ is: boolean }[]>`
			select support_private.is_public_address(${address}::inet) as is`;
			expect(row!.is).toBe(expected);
			expect(isPublicAddress(address)).toBe(expected);
		},
	);

	test.each([
		...[
			'',
			'localhost',
			'1.2.3',
			'1.2.3.4.5',
			'256.1.1.1',
			'01.2.3.4',
			'0x8.8.8.8',
			'134744072',
			'8.8.8.8 ',
		],
		...[
			':',
			':::',
			'2606::1::2',
			'2606:4700:4700:1:2:3:4:5:6',
			'2606:4700',
			'2606::g',
			'2606::1%eth0',
			'2606::8.8.8',
			'2606::01.2.3.4',
			'2606::0x8.8.8.8',
		],
	])('%j is none, so not public', (text) => {
		expect(isPublicAddress(text)).toBe(false);
	});
});
