import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { SecretCheck } from '../_shared/secret.ts';
import { handle } from './handler.ts';

const SECRET = '5f'.repeat(32);

/**
 * Runs the clean-up of a queue with a Storage that refuses; returns the remaining rows and the number of calls of
 * Storage.
 */
async function cleanUp(
	queue: string[],
	refuses: (paths: string[]) => boolean,
): Promise<{ left: string[]; calls: number }> {
	const left = new Set(queue);
	const taken = new Set<string>();
	let calls = 0;
	let background: Promise<unknown> = Promise.resolve();
	const response = await handle(
		new Request('http://x', { method: 'POST', headers: { 'x-support-secret': SECRET } }),
		{
			secret: new SecretCheck(async () => createHash('sha256').update(SECRET).digest('hex')),
			inBackground: (work) => (background = work),
			log: () => {},
			call: async <Result>(
				rpc: string,
				args: Record<string, unknown>,
				result: z.ZodType<Result>,
			) => {
				if (rpc === 'support_claim_file_removals') {
					const batch = [...left].filter((path) => !taken.has(path)).slice(0, Number(args.p_limit));
					for (const path of batch) taken.add(path);
					return result.parse(batch);
				}
				for (const path of args.p_paths as string[]) left.delete(path);
				return result.parse(null);
			},
			storage: {
				read: async () => null,
				remove: async (paths) => {
					calls += 1;
					if (refuses(paths)) throw new Error('Storage answered 400');
				},
			},
		},
	);
	expect(response.status).toBe(202);
	await background;
	return { left: [...left], calls };
}

const queue = Array.from({ length: 150 }, (_, n) => `file-${n}`);

test('removes a hundred files per call', async () => {
	expect(await cleanUp(queue, () => false)).toEqual({ left: [], calls: 2 });
});

test('keeps a file queued that Storage refuses, and removes the others', async () => {
	const bad = ['file-0', 'file-50', 'file-51', 'file-52', 'file-120'];
	const { left } = await cleanUp(queue, (paths) => paths.some((path) => bad.includes(path)));
	expect(left).toEqual(bad);
});

test('stops after a few calls if Storage refuses everything', async () => {
	const { left, calls } = await cleanUp(queue, () => true);
	expect(left).toEqual(queue);
	expect(calls).toBeLessThanOrEqual(4);
});
