import { type IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';

/**
 * A request's bytes as a stream of their own: when its reader gives up, the connection stays for the answer. It fails when
 * the sender is cut off.
 */
export function readRequestBody(request: IncomingMessage): Readable {
	const body = new PassThrough();
	request.once('error', (error) => body.destroy(error));
	request.once('close', () => {
		if (!request.complete) body.destroy(new Error('The upload was cut off'));
	});
	body.once('close', () => {
		request.unpipe(body);
		request.resume(); // Discard the remaining bytes.
	});
	request.pipe(body);
	return body;
}
