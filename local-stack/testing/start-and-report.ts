/**
 * Starts a stack in a separate process, for tests of how it ends. Prints its database URL and data directory as one
 * line of JSON; any standard input, or its end, stops it.
 */
import { once } from 'node:events';
import { startTestStack } from './stack';

const stack = await startTestStack();
console.log(JSON.stringify({ apiUrl: stack.apiUrl, databaseUrl: stack.databaseUrl }));
await Promise.race([once(process.stdin, 'data'), once(process.stdin, 'end')]);
await stack.stop();
process.stdin.destroy();
