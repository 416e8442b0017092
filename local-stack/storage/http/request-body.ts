import { type IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';

/**
 * A request's bytes as a separate stream: when its reader stops, the connection stays open for the response. It fails
 * if the sender is disconnected.
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
