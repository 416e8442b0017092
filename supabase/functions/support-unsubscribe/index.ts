// Unsubscribes a customer from emails about unread replies, by the token in an email; no sign-in, no JWT.
import { connectDatabase } from '../_shared/database.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { handle } from './handler.ts';

const call = connectDatabase(readEnvironment((name) => Deno.env.get(name)));

Deno.serve((request) => handle(request, { call, log: (line) => console.error(line) }));
