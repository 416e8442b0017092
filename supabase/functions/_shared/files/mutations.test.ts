import { expect, it } from 'vitest';
import { checkFile } from './check-file.ts';
import { ENDINGS } from './file-types.ts';
import { StepCounter } from './steps.ts';
import { mutatedFiles } from './testing/mutated-files.ts';

it.each([1, 2, 3, 4])(
	'no mutated file crashes the check, and no hostile one passes it (seed %i)',
	(seed) => {
		let accepted = 0;
		for (const { bytes, type, isHostile } of mutatedFiles(seed, 2000)) {
			const steps = new StepCounter();
			const file = { bytes, claimedType: type, storedType: type, name: `x.${ENDINGS[type][0]}` };
			const verdict = checkFile({ ...file, maxBytes: 1_048_576 }, steps);
			if (isHostile)
				expect([Buffer.from(bytes).toString('latin1'), verdict.accepted]).toContain(false);
			if (verdict.accepted) accepted += 1;
			expect(steps.taken).toBeLessThan(20_000 + 100 * bytes.length);
		}
		expect(accepted).toBeGreaterThan(100);
	},
);
