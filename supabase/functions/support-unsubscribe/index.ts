// Unsubscribes a customer from mails about unread answers, by the token in a mail; no sign-in, no JWT.
import { connectDatabase } from '../_shared/database.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { handle } from './handler.ts';

const call = connectDatabase(readEnvironment((name) => Deno.env.get(name)));

Deno.serve((request) => handle(request, { call, log: (line) => console.error(line) }));
