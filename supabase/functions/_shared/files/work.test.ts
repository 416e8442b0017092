import { describe, expect, it } from 'vitest';
import { checkFile, type FileVerdict } from './check-file.ts';
import { ENDINGS } from './file-types.ts';
import { StepCounter } from './steps.ts';
import { repeat, type GrowingFile } from './testing/growing-file.ts';
import { growingFiles } from './testing/growing-files.ts';
import {
	bytes,
	gif,
	gifComment,
	gifFrame,
	jpeg,
	objectStream,
	pdf,
} from './testing/valid-files.ts';

const check = (content: Uint8Array, type: GrowingFile['type'], steps?: StepCounter): FileVerdict =>
	checkFile(
		{
			bytes: content,
			claimedType: type,
			storedType: type,
			name: `x.${ENDINGS[type][0]}`,
			maxBytes: 50 * 1024 * 1024,
		},
		steps,
	);

function stepsFor(bytes: Uint8Array, type: GrowingFile['type']): number {
	const steps = new StepCounter();
	check(bytes, type, steps);
	return steps.taken;
}

describe('the work of a check', () => {
	describe.each(growingFiles)('of $what', ({ make, type }) => {
		it.each([300, 3000])('at most doubles when %i parts double', (n) => {
			const [once, twice] = [make(n), make(2 * n)];
			expect(twice.length).toBeGreaterThan(once.length);
			expect(stepsFor(twice, type)).toBeLessThan(2.1 * stepsFor(once, type) + 1000);
		});
	});

	it('has a limit: a file beyond it is refused as too complex', () => {
		for (const [bytes, type] of [
			[jpeg(), 'image/jpeg'],
			[pdf({ objects: [objectStream('<< /Type /Font >>')] }), 'application/pdf'],
		] as const) {
			const needed = stepsFor(bytes, type);
			expect(check(bytes, type, new StepCounter(needed)).accepted).toBe(true);
			expect(check(bytes, type, new StepCounter(needed - 1))).toEqual({
				accepted: false,
				refusal: 'support_file_too_complex',
			});
		}
	});

	it('grows with a file, up to the limit of an Edge Function', () => {
		expect(StepCounter.forFile(0).limit).toBe(50_000_000);
		expect(StepCounter.forFile(1_000_000).limit).toBe(66_000_000);
		expect(StepCounter.forFile(50 * 1024 * 1024).limit).toBe(400_000_000);
	});

	it('accepts the metadata of an image up to a number of parts', () => {
		// Frames separate the comments.
		const parts = bytes(gifFrame(1, 1), gifFrame(1, 1), gifComment('a'));
		const of = (n: number): Uint8Array => bytes(gif().subarray(0, -1), repeat(parts, n), [0x3b]);
		expect(check(of(19_999), 'image/gif').accepted).toBe(true);
		expect(check(of(20_000), 'image/gif')).toEqual({
			accepted: false,
			refusal: 'support_file_too_complex',
		});
	});
});
