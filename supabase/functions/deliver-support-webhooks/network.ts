import { isAddress, isPublicAddress } from './public-address.ts';

/** A stream of bytes to a receiver, such as `Deno.Conn`. */
export interface Connection {
	/** Resolves to the number of received bytes, or null at the end. */
	read(into: Uint8Array): Promise<number | null>;
	/** Resolves to the number of sent bytes. */
	write(bytes: Uint8Array): Promise<number>;
	close(): void;
}

/** The network functions of the platform. */
export interface Network {
	/** The addresses of a name; rejects if there are none. */
	resolve(name: string, type: 'A' | 'AAAA'): Promise<string[]>;
	connect(address: string, port: number): Promise<Connection>;
	/** Starts TLS on an open connection. */
	startTls(connection: Connection, hostname: string): Promise<SecureConnection>;
}

export interface SecureConnection extends Connection {
	/** Rejects unless the certificate is valid for the host. */
	handshake(): Promise<unknown>;
}

/** The reason why nothing was sent, as a sentence for an admin. */
export class Unreachable extends Error {}

/** The number of addresses to try if the first does not respond. */
const MOST_ADDRESSES = 3;

/**
 * Connects to a receiver. The name is resolved once, and the connection goes to an address that was checked, so a name
 * that resolves differently the next time has no effect. One private address is enough to refuse. A target that the
 * operator has allowed (`isPrivateTarget`) is not checked.
 * @param opened gets each connection as soon as it exists, also if an error follows
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
		throw new Unreachable(`${host} resolves to a private network, which webhooks must not reach.`);
	return found.slice(0, MOST_ADDRESSES);
}

async function lookUp(network: Network, host: string): Promise<string[]> {
	// A dot at the end makes the name absolute, so that no search domain of this machine is added.
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

/** Closing a closed connection throws. */
export function closeQuietly(connection: Connection): void {
	try {
		connection.close();
	} catch {
		// It is closed already.
	}
}

export const messageOf = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);
