/** The result of the upload: the response, or status 0 if there was none. */
export interface PutAnswer {
	status: number;
	body: unknown;
}

export interface PutRequest {
	url: string;
	headers: Record<string, string>;
	body: Blob;
	/** From 0 to 1. */
	onProgress: (share: number) => void;
	signal: AbortSignal;
}

export type Put = (request: PutRequest) => Promise<PutAnswer>;

/** An upload without progress for this long ends, to be tried again. */
const STALLED = 30_000;

/** Sends bytes with progress events, which `fetch` does not offer. Never rejects. */
export const putWithProgress: Put = ({ url, headers, body, onProgress, signal }) =>
	new Promise((resolve) => {
		const request = new XMLHttpRequest();
		const abort = (): void => request.abort();
		let stalled = setTimeout(abort, STALLED);
		const alive = (): void => {
			clearTimeout(stalled);
			stalled = setTimeout(abort, STALLED);
		};
		request.open('POST', url);
		for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
		request.upload.onprogress = ({ loaded, total }) => {
			alive();
			onProgress(total > 0 ? loaded / total : 0);
		};
		request.onprogress = alive;
		request.onloadend = () => {
			clearTimeout(stalled);
			signal.removeEventListener('abort', abort);
			resolve({ status: request.status, body: parse(request.responseText) });
		};
		signal.addEventListener('abort', abort);
		if (signal.aborted) resolve({ status: 0, body: undefined });
		else request.send(body);
	});

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
