import { type TestProject } from 'vitest/node';
import { startTestStack } from '../../../local-stack/testing/stack';

/** Addresses and keys of the one stack that a test run shares: `inject('stack')`. */
export interface StackAddresses {
	apiUrl: string;
	databaseUrl: string;
	outboxUrl: string;
	publishableKey: string;
	secretKey: string;
	jwtSecret: string;
}

declare module 'vitest' {
	export interface ProvidedContext {
		stack: StackAddresses;
	}
}

/** Starts one stack for all files of the project, on free ports and without demo data. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const { SUPPORT_STACK_LOG: verbose } = process.env;
	const stack = await startTestStack({
		realtime: { joinErrorDelayMs: 100 },
		...(verbose ? { log: (line: string) => console.log(line) } : {}),
	});
	const { apiUrl, databaseUrl, outboxUrl, publishableKey, secretKey, jwtSecret } = stack;
	project.provide('stack', {
		apiUrl,
		databaseUrl,
		outboxUrl,
		publishableKey,
		secretKey,
		jwtSecret,
	});
	return () => stack.stop();
}
