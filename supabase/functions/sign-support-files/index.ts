// Returns addresses of files that work for five minutes. Pages call it with their user's token.
import { readEnvironment } from '../_shared/environment.ts';
import { connectStorage } from '../_shared/storage.ts';
import { handle } from './handler.ts';
import { readableFiles } from './readable-files.ts';

const environment = readEnvironment((name) => Deno.env.get(name));
const options = {
	readableFiles: readableFiles(environment),
	storage: connectStorage(environment),
	log: (line: string) => console.error(line),
};

Deno.serve((request) => handle(request, options));
