import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

export interface Failure {
	name: string;
	detail: string;
}

/** The result of a step: the number of passed tests, and each failure. */
export interface StepResult {
	passed: number;
	failures: Failure[];
}

const vitestReport = z.object({
	testResults: z.array(
		z.object({
			name: z.string(),
			status: z.string(),
			message: z.string().default(''),
			assertionResults: z.array(
				z.object({
					fullName: z.string(),
					status: z.string(),
					failureMessages: z.array(z.string()).nullish(),
				}),
			),
		}),
	),
});

/**
 * Reads Vitest's JSON report. A file that does not load is one failure. So is a skipped test, because it proves
 * nothing.
 */
export function readVitestReport(json: unknown): StepResult {
	const result: StepResult = { passed: 0, failures: [] };
	for (const file of vitestReport.parse(json).testResults) {
		for (const test of file.assertionResults) {
			if (test.status === 'passed') result.passed += 1;
			else {
				const detail = test.failureMessages?.join('\n') || `it was not run (${test.status})`;
				result.failures.push({ name: test.fullName, detail: shorten(detail) });
			}
		}
		if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
			result.failures.push({ name: file.name, detail: shorten(file.message) });
	}
	return result;
}

const playwrightTest = z.object({
	status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
	results: z.array(z.object({ errors: z.array(z.object({ message: z.string().optional() })) })),
});
const playwrightSuite = z.object({
	title: z.string(),
	specs: z.array(z.object({ title: z.string(), tests: z.array(playwrightTest) })),
	get suites() {
		return z.array(playwrightSuite).optional();
	},
});
const playwrightReport = z.object({
	suites: z.array(playwrightSuite),
	errors: z.array(z.object({ message: z.string().optional() })),
});

/** Reads Playwright's JSON report; skipped tests count as failures here, too. */
export function readPlaywrightReport(json: unknown): StepResult {
	const report = playwrightReport.parse(json);
	const result: StepResult = { passed: 0, failures: [] };
	for (const suite of report.suites) addSuite(suite, suite.title, result);
	for (const error of report.errors)
		result.failures.push({ name: 'e2e', detail: shorten(error.message ?? '') });
	return result;
}

function addSuite(suite: z.infer<typeof playwrightSuite>, path: string, result: StepResult): void {
	for (const spec of suite.specs)
		for (const test of spec.tests) {
			if (test.status === 'expected') {
				result.passed += 1;
				continue;
			}
			const messages = test.results.flatMap((run) => run.errors.map((error) => error.message));
			const detail = messages.filter(Boolean).join('\n') || `it was not run (${test.status})`;
			result.failures.push({ name: `${path} › ${spec.title}`, detail: shorten(detail) });
		}
	for (const inner of suite.suites ?? []) addSuite(inner, `${path} › ${inner.title}`, result);
}

/** The end of a tool's output, or the beginning of a test's error, which show the problem. */
export function shorten(text: string, lines = 12): string {
	const all = stripVTControlCharacters(text).trim().split('\n');
	return all.length <= lines ? all.join('\n') : [...all.slice(0, lines), '…'].join('\n');
}
