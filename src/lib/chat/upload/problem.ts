import type { ChatErrorCode } from '../errors';

/** Why a file cannot be attached. */
export class FileProblem extends Error {
	readonly code: ChatErrorCode;

	constructor(code: ChatErrorCode) {
		super(code);
		this.code = code;
	}
}
