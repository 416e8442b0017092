import { describe, expect, it } from 'vitest';
import { readPlaywrightReport, readVitestReport, shorten } from './reports';

const file = { name: 'a.test.ts', status: 'passed', message: '' };

describe('readVitestReport', () => {
	it('counts passed tests and names failed ones', () => {
		const result = readVitestReport({
			testResults: [
				{
					...file,
					status: 'failed',
					assertionResults: [
						{ fullName: 'adds', status: 'passed', failureMessages: [] },
						{ fullName: 'divides', status: 'failed', failureMessages: ['by zero'] },
					],
				},
			],
		});
		expect(result).toEqual({ passed: 1, failures: [{ name: 'divides', detail: 'by zero' }] });
	});

	it('counts a file that does not load as a failure', () => {
		const broken = { ...file, status: 'failed', message: 'no such module', assertionResults: [] };
		expect(readVitestReport({ testResults: [broken] })).toEqual({
			passed: 0,
			failures: [{ name: 'a.test.ts', detail: 'no such module' }],
		});
	});

	it('counts a skipped test as a failure', () => {
		const skipped = { fullName: 'later', status: 'skipped', failureMessages: [] };
		const { failures } = readVitestReport({
			testResults: [{ ...file, assertionResults: [skipped] }],
		});
		expect(failures).toEqual([{ name: 'later', detail: 'it was not run (skipped)' }]);
	});
});

describe('readPlaywrightReport', () => {
	const test = (status: string, message?: string): object => ({
		status,
		results: [{ errors: message === undefined ? [] : [{ message }] }],
	});

	it('reads suites inside suites', () => {
		const result = readPlaywrightReport({
			errors: [],
			suites: [
				{
					title: 'a.spec.ts',
					specs: [{ title: 'opens', tests: [test('expected')] }],
					suites: [
						{
							title: 'dark',
							specs: [
								{ title: 'reads', tests: [test('unexpected', '\u001b[31mtoo pale\u001b[39m')] },
								{ title: 'waits', tests: [test('skipped')] },
							],
						},
					],
				},
			],
		});
		expect(result).toEqual({
			passed: 1,
			failures: [
				{ name: 'a.spec.ts › dark › reads', detail: 'too pale' },
				{ name: 'a.spec.ts › dark › waits', detail: 'it was not run (skipped)' },
			],
		});
	});

	it('counts an error outside of any test, such as a site that does not start, as a failure', () => {
		const { failures } = readPlaywrightReport({ suites: [], errors: [{ message: 'no site' }] });
		expect(failures).toEqual([{ name: 'e2e', detail: 'no site' }]);
	});
});

it('shortens long output and marks the cut', () => {
	expect(shorten('1\n2\n3\n', 2)).toBe('1\n2\n…');
	expect(shorten('1\n2\n', 2)).toBe('1\n2');
});
