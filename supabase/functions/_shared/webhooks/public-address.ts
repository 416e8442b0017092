/** A network as a prefix of bits: `10.0.0.0/8`. */
interface Network {
	bytes: Uint8Array;
	bits: number;
}

/**
 * What is not the public internet. The same as `support_private.is_public_address()` in the database, and a test holds
 * them to it. https://www.iana.org/assignments/iana-ipv4-special-registry
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
].map(network);

/** Of IPv6 only what is given out for the public, without what tunnels to IPv4, documents or identifies. */
const PUBLIC_V6 = network('2000::/3');
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map(network);

/** Is it an address of the public internet? What is no address is not. */
export function isPublicAddress(address: string): boolean {
	const bytes = parseAddress(address);
	if (bytes === null) return false;
	if (bytes.length === 4) return !NOT_PUBLIC_V4.some((one) => contains(one, bytes));
	return contains(PUBLIC_V6, bytes) && !NOT_PUBLIC_V6.some((one) => contains(one, bytes));
}

/** Is it an address, and no name? */
export const isAddress = (host: string): boolean => parseAddress(host) !== null;

/** The bytes of an address in its plain form: 4 or 16; null if it is none, or written in a way that is read differently. */
function parseAddress(text: string): Uint8Array | null {
	return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Uint8Array | null {
	const parts = text.split('.');
	if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null;
	const bytes = parts.map(Number);
	return bytes.every((byte) => byte <= 255) ? Uint8Array.from(bytes) : null;
}

function parseV6(text: string): Uint8Array | null {
	const plain = withoutV4Tail(text);
	const halves = plain?.split('::') ?? [];
	if (halves.length < 1 || halves.length > 2) return null;
	const [front = [], back = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
	if (![...front, ...back].every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
	const missing = 8 - front.length - back.length;
	if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
	const groups = [...front, ...Array.from({ length: missing }, () => '0'), ...back];
	return Uint8Array.from(
		groups.flatMap((group) => {
			const value = Number.parseInt(group, 16);
			return [value >> 8, value & 255];
		}),
	);
}

/** `::ffff:1.2.3.4` → `::ffff:102:304`; null if what stands there is no address. */
function withoutV4Tail(text: string): string | null {
	if (!text.includes('.')) return text;
	const start = text.lastIndexOf(':') + 1;
	const [a = 0, b = 0, c = 0, d = 0] = parseV4(text.slice(start)) ?? [];
	if (parseV4(text.slice(start)) === null) return null;
	return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function network(text: string): Network {
	const [address = '', bits = ''] = text.split('/');
	return { bytes: parseAddress(address) ?? new Uint8Array(), bits: Number(bits) };
}

function contains({ bytes, bits }: Network, address: Uint8Array): boolean {
	for (let bit = 0; bit < bits; bit += 1) {
		const mask = 128 >> (bit & 7);
		if (((bytes[bit >> 3] ?? 0) & mask) !== ((address[bit >> 3] ?? 0) & mask)) return false;
	}
	return true;
}
