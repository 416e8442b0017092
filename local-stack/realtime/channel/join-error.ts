import { classifyDatabaseError } from '../database/database';
import { type TokenFault } from '../jwt';

/** A refused join; the client gets `<code>: <text>`. */
export class JoinError extends Error {
	/** Set if the whole socket is closed with this code after the refusal was sent. */
	readonly closeCode: number | undefined;

	constructor(code: string, text: string, closeCode?: number) {
		super(`${code}: ${text}`);
		this.closeCode = closeCode;
	}
}

const tokenCodes: Record<TokenFault, string> = {
	malformed: 'MalformedJWT',
	signer: 'JwtSignerError',
	signature: 'JwtSignatureError',
	expired: 'InvalidJWTToken',
	'missing-claims': 'InvalidJWTToken',
};

export function tokenJoinError(fault: TokenFault, message: string): JoinError {
	return new JoinError(tokenCodes[fault], message);
}

export function noReadPermission(name: string): string {
	return `You do not have permissions to read from this Channel topic: ${name}`;
}

/** The refusal for an error of the permission check. */
export function probeJoinError(error: unknown, name: string): JoinError {
	switch (classifyDatabaseError(error)) {
		case 'policy':
			return new JoinError('Unauthorized', noReadPermission(name));
		case 'missing-partition':
			return new JoinError(
				'MissingPartition',
				'Realtime was unable to find the expected messages partition',
			);
		case 'query-canceled':
			return new JoinError('QueryCanceled', 'Query was cancelled, please try again');
		case 'unavailable':
			return new JoinError(
				'UnableToConnectToProject',
				'Realtime was unable to connect to the project database',
			);
	}
}
