import { isAddress, isPublicAddress } from './public-address.ts';

/** A stream of bytes to a receiver, as `Deno.Conn` is one. */
export interface Connection {
	/** Resolves to how many bytes came, or null at the end. */
	read(into: Uint8Array): Promise<number | null>;
	/** Resolves to how many of the bytes went. */
	write(bytes: Uint8Array): Promise<number>;
	close(): void;
}

/** The platform's functions for it. */
export interface Network {
	/** The addresses of a name; it rejects when there are none. */
	resolve(name: string, type: 'A' | 'AAAA'): Promise<string[]>;
	connect(address: string, port: number): Promise<Connection>;
	/** Speaks TLS over an open connection. */
	startTls(connection: Connection, hostname: string): Promise<SecureConnection>;
}

export interface SecureConnection extends Connection {
	/** Rejects unless the certificate is that of the host. */
	handshake(): Promise<unknown>;
}

/** Why nothing was sent, in a sentence for an admin. */
export class Unreachable extends Error {}

/** Addresses that are tried, when the first does not answer. */
const MOST_ADDRESSES = 3;

/**
 * Connects to a receiver. It looks the name up once and connects to the address that it checked, so a name that
 * resolves differently the next time cannot deceive it. One private address is enough to refuse. A target that
 * the operator has allowed (`isPrivateTarget`) is not checked.
 * @param opened gets each connection as soon as it exists, also if this ends in an error
 * @throws Unreachable
 */
export async function connectTo(
	network: Network,
	target: URL,
	isPrivateTarget: boolean,
	opened: (connection: Connection) => void,
): Promise<Connection> {
	const host = target.hostname.replace(/^\[|\]$/g, '');
	const isSecure = target.protocol === 'https:';
	if (!isSecure && !(isPrivateTarget && target.protocol === 'http:'))
		throw new Unreachable('Only https is called.');
	const port = Number(target.port || (isSecure ? 443 : 80));
	const addresses = isPrivateTarget ? [host] : await publicAddresses(network, host);
	const connection = await connectToAny(network, addresses, port);
	opened(connection);
	if (!isSecure) return connection;
	try {
		const secure = await network.startTls(connection, host);
		opened(secure);
		await secure.handshake();
		return secure;
	} catch (error) {
		throw new Unreachable(`The secure connection failed: ${messageOf(error)}`);
	}
}

async function publicAddresses(network: Network, host: string): Promise<string[]> {
	const found = isAddress(host) ? [host] : await lookUp(network, host);
	if (found.length === 0) throw new Unreachable(`The name ${host} is not known.`);
	if (!found.every(isPublicAddress))
		throw new Unreachable(`${host} leads into a private network, where webhooks do not go.`);
	return found.slice(0, MOST_ADDRESSES);
}

async function lookUp(network: Network, host: string): Promise<string[]> {
	// With the dot at its end a name is whole: no search domain of this machine is added to it.
	const answers = await Promise.allSettled([
		network.resolve(`${host}.`, 'A'),
		network.resolve(`${host}.`, 'AAAA'),
	]);
	return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

async function connectToAny(
	network: Network,
	addresses: string[],
	port: number,
): Promise<Connection> {
	let last: unknown = null;
	for (const address of addresses) {
		try {
			return await network.connect(address, port);
		} catch (error) {
			last = error;
		}
	}
	throw new Unreachable(`The receiver takes no connection: ${messageOf(last)}`);
}

/** Closing what is closed already throws. */
export function closeQuietly(connection: Connection): void {
	try {
		connection.close();
	} catch {
		// It was.
	}
}

export const messageOf = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);
