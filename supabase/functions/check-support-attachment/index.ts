// Checks the bytes of an uploaded file before other users can see it. Pages call it with their user's token.
import { connectDatabase } from '../_shared/database.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { connectStorage } from '../_shared/storage.ts';
import { handle } from './handler.ts';
import { readAsCaller } from './read-as-caller.ts';

const environment = readEnvironment((name) => Deno.env.get(name));
const options = {
	call: connectDatabase(environment),
	storage: connectStorage(environment),
	readAsCaller: readAsCaller(environment),
	log: (line: string) => console.error(line),
};

Deno.serve((request) => handle(request, options));
