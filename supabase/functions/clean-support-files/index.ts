// Removes the objects of files that are deleted in the database. pg_cron starts it through pg_net, with a secret that
// can only start runs.
import { z } from 'zod';
import { connectDatabase } from '../_shared/database.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { SecretCheck } from '../_shared/secret.ts';
import { connectStorage } from '../_shared/storage.ts';
import { handle } from './handler.ts';

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

const environment = readEnvironment((name) => Deno.env.get(name));
const call = connectDatabase(environment);
const options = {
	call,
	storage: connectStorage(environment),
	secret: new SecretCheck(() => call('support_email_secret_digest', {}, z.string().nullable())),
	inBackground: (work: Promise<unknown>) => EdgeRuntime.waitUntil(work),
	log: (line: string) => console.error(line),
};

Deno.serve((request) => handle(request, options));
