import ipaddr from 'ipaddr.js';

/**
 * Networks that are not the public internet: the same as in `support_private.is_public_address()`, and a test compares
 * the two. https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const NOT_PUBLIC_V4 = [
	'0.0.0.0/8',
	'10.0.0.0/8',
	'100.64.0.0/10',
	'127.0.0.0/8',
	'169.254.0.0/16',
	'172.16.0.0/12',
	'192.0.0.0/24',
	'192.0.2.0/24',
	'192.88.99.0/24',
	'192.168.0.0/16',
	'198.18.0.0/15',
	'198.51.100.0/24',
	'203.0.113.0/24',
	'224.0.0.0/4',
	'240.0.0.0/4',
].map((cidr) => ipaddr.IPv4.parseCIDR(cidr));

/** The public part of IPv6, and within it the networks for tunnels to IPv4, documentation and identifiers. */
const PUBLIC_V6 = ipaddr.IPv6.parseCIDR('2000::/3');
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map((cidr) =>
	ipaddr.IPv6.parseCIDR(cidr),
);

/** Is it an address of the public internet? False for a text that is not an address. */
export function isPublicAddress(text: string): boolean {
	if (!isAddress(text)) return false;
	const address = ipaddr.parse(text);
	return address.kind() === 'ipv4'
		? !NOT_PUBLIC_V4.some((network) => address.match(network))
		: address.match(PUBLIC_V6) && !NOT_PUBLIC_V6.some((network) => address.match(network));
}

/** Is it an address in the plain form that every program parses alike: no octal or hex parts, no zone? */
export function isAddress(text: string): boolean {
	if (!text.includes(':')) return ipaddr.IPv4.isValidFourPartDecimal(text);
	const tail = text.slice(text.lastIndexOf(':') + 1);
	const isPlain = !tail.includes('.') || ipaddr.IPv4.isValidFourPartDecimal(tail);
	return isPlain && !text.includes('%') && ipaddr.IPv6.isValid(text);
}
